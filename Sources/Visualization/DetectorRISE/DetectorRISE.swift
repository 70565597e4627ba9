import DetectionUtilities
import ImageCodecs

/// Which pixels a detector needs to find an object, told by its answers to masked copies of the image alone (D-RISE, Petsiuk
/// et al. 2021): the mean of the masks, each weighted by how well the detector still finds the object.
public struct DetectorRISE: Sendable {
  /// More masks, less noise.
  public var maskCount: Int
  /// Cells of a mask along each side.
  public var cells: Int
  /// The share of a mask that is open.
  public var openShare: Double
  public var seed: UInt64

  /// The paper has 5,000 masks of 16 cells (section 4); fewer masks want larger cells, or noise hides what matters.
  public init(maskCount: Int = 500, cells: Int = 8, openShare: Double = 0.5, seed: UInt64 = 1) {
    precondition(maskCount > 0 && cells > 0 && openShare > 0 && openShare < 1, "masks that hide something")
    self.maskCount = maskCount
    self.cells = cells
    self.openShare = openShare
    self.seed = seed
  }

  /// How well detections hold an object: the largest product of IoU and score over those of its class, where the score is the
  /// class's probability times, for heads that have it, objectness.
  public static func similarity(of detections: [Detection], to object: Detection) -> Double {
    detections.filter { $0.classIndex == object.classIndex }.map { $0.box.iou(with: object.box) * $0.score }.max() ?? 0
  }

  /// One map for each object, of the image's size.
  ///
  /// - Parameters:
  ///   - detect: finds objects in an image of the same size; low scores count too.
  ///   - progress: gets the number of masks done.
  public func callAsFunction(
    _ image: RGBImage, objects: [Detection], progress: (Int) -> Void = { _ in },
    detect: (RGBImage) throws -> [Detection]
  ) rethrows -> [Heatmap] {
    try maps(image, count: objects.count, progress: progress) { masked in
      let found = try detect(masked)
      return objects.map { Self.similarity(of: found, to: $0) }
    }
  }

  /// The same for answers of any kind: of a classifier's probabilities this is RISE (Petsiuk et al. 2018).
  ///
  /// - Parameters:
  ///   - count: of the answers, and of the maps.
  ///   - scores: how sure a model is of each answer, for an image of the same size.
  public func maps(
    _ image: RGBImage, count: Int, progress: (Int) -> Void = { _ in }, scores: (RGBImage) throws -> [Double]
  ) rethrows -> [Heatmap] {
    let masks = RandomMasks(size: image.size, cells: cells, probability: openShare, seed: seed)
    var sums = [[Float]](repeating: [Float](repeating: 0, count: image.width * image.height), count: count)
    for number in 0..<maskCount {
      let mask = masks.mask(number)
      for (index, score) in try scores(image.masked(by: mask)).enumerated() {
        let weight = Float(score / (Double(maskCount) * openShare))
        if weight == 0 { continue }
        for pixel in mask.indices { sums[index][pixel] += weight * mask[pixel] }
      }
      progress(number + 1)
    }
    return sums.map { Heatmap(size: image.size, values: $0) }
  }
}
