import Datasets
import ImageCodecs
import Synchronization

/// The images of a dataset, decoded and shrunk to about the size at which training uses them.
///
/// Images are kept in memory until the budget is used up; the others are decoded whenever they are asked for. What comes
/// out does not depend on which of the two happens.
final class TrainingImageCache: Sendable {
  private struct State {
    var pyramids: [Int: ImagePyramid] = [:]
    var bytes = 0
  }

  private let images: [LabelledImage]
  private let inputSize: ImageSize
  private let configuration: AugmentationConfiguration
  private let budget: Int
  private let state = Mutex(State())

  /// - Parameter budget: Bytes of pixels kept at most.
  init(images: [LabelledImage], inputSize: ImageSize, configuration: AugmentationConfiguration, budget: Int) {
    self.images = images
    self.inputSize = inputSize
    self.configuration = configuration
    self.budget = budget
  }

  /// - Throws: `DatasetError` naming the file where it cannot be decoded.
  func pyramid(at index: Int) throws -> ImagePyramid {
    if let kept = state.withLock({ $0.pyramids[index] }) { return kept }
    // Decoded outside the lock. Two threads may decode the same image; both get the same.
    let pyramid = try decoded(at: index)
    let bytes = pyramid.levels.reduce(0) { $0 + $1.pixels.count }
    state.withLock { state in
      guard state.pyramids[index] == nil, state.bytes + bytes <= budget else { return }
      state.bytes += bytes
      state.pyramids[index] = pyramid
    }
    return pyramid
  }

  /// - Parameter size: What the image is needed at; a larger one may come at a half, a quarter or an eighth of its size.
  /// - Throws: `DatasetError` naming the file where it cannot be decoded, or is not what the labels were read for.
  static func decoded(_ labelled: LabelledImage, atLeast size: ImageSize) throws -> RGBImage {
    let decoded: DecodedImage
    do {
      decoded = try DecodedImage(contentsOf: labelled.path, options: ImageDecodingOptions(minimumSize: size))
    } catch {
      throw DatasetError(path: labelled.path, problem: "cannot be decoded: \(error.reason)")
    }
    guard decoded.originalSize == labelled.size else {
      throw DatasetError(
        path: labelled.path,
        problem: "is \(decoded.originalSize), but was \(labelled.size) when the labels were read; "
          + "expected it not to change")
    }
    return decoded.image
  }

  private func decoded(at index: Int) throws -> ImagePyramid {
    let size = images[index].size
    let fitted = Augmenter.fittingScale(of: size, into: inputSize)
    let turned = ImagePlacement.lyingSize(of: size, isTransposed: true)
    let fittedTurned = configuration.rotate90 > 0 ? Augmenter.fittingScale(of: turned, into: inputSize) : fitted
    // Enlarging by more than 2 shows no more detail for its memory.
    let crop = configuration.randomResizedCrop
    let margin = min(max(crop > 0 ? 1 / crop.squareRoot() : configuration.scaleMaximum, 1), 2)
    let working = min(1, max(fitted, fittedTurned) * margin)
    let workingSize = ImageSize(
      width: max(1, Int((Double(size.width) * working).rounded())),
      height: max(1, Int((Double(size.height) * working).rounded())))
    var base = try TrainingImageCache.decoded(images[index], atLeast: workingSize)
    if base.size != workingSize { base = base.resized(to: workingSize, antialias: true) }
    var smallest = min(fitted, fittedTurned) * min(configuration.scaleMinimum, 1) / working
    var levelCount = 1
    while smallest < 0.5 {
      smallest *= 2
      levelCount += 1
    }
    return ImagePyramid(base: base, sourceSize: size, levelCount: levelCount)
  }
}
