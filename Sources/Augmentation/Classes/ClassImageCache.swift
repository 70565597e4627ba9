import Datasets
import ImageCodecs
import Synchronization

/// The images of a set at about the size at which training uses them.
///
/// Images of files are kept in memory until the budget is used up; the others are decoded whenever they are asked for. What
/// comes out does not depend on which of the two happens.
final class ClassImageCache: Sendable {
  private struct State {
    var images: [Int: RGBImage] = [:]
    var bytes = 0
  }

  private let images: [ClassifiedImage]
  private let inputSize: ImageSize
  private let resizedSide: Int
  private let smallestCrop: Double
  private let budget: Int
  private let state = Mutex(State())

  init(images: [ClassifiedImage], inputSize: ImageSize, resizedSide: Int, smallestCrop: Double, budget: Int) {
    self.images = images
    self.inputSize = inputSize
    self.resizedSide = resizedSide
    self.smallestCrop = smallestCrop
    self.budget = budget
  }

  /// - Throws: `DatasetError` naming the file where it cannot be decoded.
  func image(at index: Int) throws -> RGBImage {
    if case .packed = images[index].source { return try prepared(index) }
    if let kept = state.withLock({ $0.images[index] }) { return kept }
    // Outside the lock. Two threads may decode the same image; both get the same.
    let image = try prepared(index)
    state.withLock { state in
      guard state.images[index] == nil, state.bytes + image.pixels.count <= budget else { return }
      state.bytes += image.pixels.count
      state.images[index] = image
    }
    return image
  }

  private func prepared(_ index: Int) throws -> RGBImage {
    if smallestCrop > 0 { return try whole(index) }
    let side = resizedSide
    let needed = side > 0 ? ImageSize(width: side, height: side) : inputSize
    let image = try images[index].decoded(atLeast: needed)
    return side > 0 ? image.centerCrop(inputSize, ofShorterSide: side) : image.resized(to: inputSize)
  }

  /// The whole image, at a scale where the smallest crop has about as many pixels as the input, and twice as many rows at most.
  private func whole(_ index: Int) throws -> RGBImage {
    let enlarged = min(2, 1 / smallestCrop.squareRoot())
    let side = Int((Double(max(inputSize.width, inputSize.height)) * enlarged).rounded(.up))
    let image = try images[index].decoded(atLeast: ImageSize(width: side, height: side))
    let shorter = min(image.width, image.height)
    guard shorter > side else { return image }
    func scaled(_ extent: Int) -> Int { max(1, Int((Double(extent) * Double(side) / Double(shorter)).rounded())) }
    return image.resized(to: ImageSize(width: scaled(image.width), height: scaled(image.height)))
  }
}
