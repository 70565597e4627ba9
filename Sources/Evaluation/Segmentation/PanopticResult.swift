import Datasets
import DetectionUtilities

/// The panoptic quality of a set of images, as it is written to JSON.
public struct PanopticResult: Codable, Sendable {
  /// Means over classes, or a class.
  public struct Quality: Codable, Sendable {
    /// PQ = SQ · RQ of a class; the mean over classes is not the product of the means.
    public var pq: Double
    /// Mean IoU of matched segments.
    public var sq: Double
    public var rq: Double
    /// Classes that are in the ground truth or among the predictions.
    public var classCount: Int

    init(_ quality: PanopticQuality) {
      (pq, sq, rq, classCount) = (quality.panoptic, quality.segmentation, quality.recognition, quality.classCount)
    }
  }

  public struct ClassFigures: Codable, Sendable {
    public var name: String
    public var isThing: Bool
    /// Nil where there is nothing of the class.
    public var quality: Quality?
    public var truePositives: Int
    public var falsePositives: Int
    public var falseNegatives: Int
  }

  public var imageCount: Int
  public var all: Quality
  public var things: Quality
  public var stuff: Quality
  public var classes: [ClassFigures]

  /// Reads and compares all pictures of a set.
  ///
  /// - Parameter progress: called with the number of images done.
  /// - Throws: `DatasetError` naming a picture that cannot be read or does not agree with its list of segments.
  public init(_ set: PanopticSet, progress: (Int) -> Void = { _ in }) throws {
    var tally = PanopticTally(classCount: set.classes.count)
    for index in 0..<set.imageCount {
      try set.add(imageAt: index, to: &tally)
      progress(index + 1)
    }
    imageCount = set.imageCount
    let places = set.classes.indices
    all = Quality(tally.quality(of: places))
    things = Quality(tally.quality(of: places.filter { set.classes[$0].isThing }))
    stuff = Quality(tally.quality(of: places.filter { !set.classes[$0].isThing }))
    classes = zip(set.classes, tally.classes).map { described, counts in
      ClassFigures(
        name: described.name, isThing: described.isThing, quality: counts.quality.map(Quality.init),
        truePositives: counts.truePositives, falsePositives: counts.falsePositives,
        falseNegatives: counts.falseNegatives)
    }
  }
}
