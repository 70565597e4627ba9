/// COCO's average precision of a set whose images are drawn again: matched once, then added up with images that count
/// several times or not at all.
///
/// Drawing an image n times gives exactly what ``COCOEvaluator`` gives for n images of that content whose numbers follow
/// on one another.
public struct ResampledEvaluation: Sendable {
  /// Average precision of one resample.
  public struct Value: Hashable, Sendable, Codable {
    /// Mean over the IoU thresholds; 0 where no class has an object.
    public var averagePrecision: Double
    /// At the first IoU threshold: 0.5 by default.
    public var averagePrecision50: Double

    public init(averagePrecision: Double, averagePrecision50: Double) {
      self.averagePrecision = averagePrecision
      self.averagePrecision50 = averagePrecision50
    }
  }

  /// Images that can be drawn, rising.
  public let imageIDs: [Int]

  private let classes: [ResampledClass]
  private let settings: COCOEvaluationSettings

  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - imageIDs: every image of the set, since one without objects and detections can be drawn as well. Images that only
  ///     ground truth or detections name are added.
  ///   - settings: the area ranges do not matter, and of the maxima the largest counts.
  /// - Complexity: as `COCOEvaluator.evaluate`.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classCount: Int, imageIDs: [Int], settings: COCOEvaluationSettings = COCOEvaluationSettings()
  ) {
    let groups = EvaluationGroups(
      groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount, imageIDs: imageIDs,
      maximumDetections: settings.maximumDetections[settings.maximumDetections.count - 1])
    self.imageIDs = groups.imageIDs
    self.settings = settings
    classes = ResampledClass.all(groups, iouThresholds: settings.iouThresholds)
  }

  /// - Parameter multiplicities: for each of ``imageIDs`` how many times it counts.
  /// - Complexity: O(detections + true positives × IoU thresholds).
  public func value(multiplicities: [Int32]) -> Value {
    precondition(multiplicities.count == imageIDs.count, "a number for every image")
    let curves = classes.map { $0.curves(multiplicities) }.filter { $0.objectCount > 0 }
    let recalls = settings.recallThresholds
    // [IoU thresholds × recall thresholds × classes with objects], COCOEvaluation's order of addition.
    var precisions = [Double](repeating: 0, count: settings.iouThresholds.count * recalls.count * curves.count)
    if curves.isEmpty { return Value(averagePrecision: 0, averagePrecision50: 0) }
    for (column, curve) in curves.enumerated() {
      for (threshold, hits) in curve.hits.enumerated() {
        var envelope = hits.map { Double($0) / (Double($1) + Double($0) + Double.ulpOfOne) }
        for index in envelope.indices.dropLast().reversed() where envelope[index + 1] > envelope[index] {
          envelope[index] = envelope[index + 1]
        }
        var hit = 0
        for (row, recall) in recalls.enumerated() {
          while hit < hits.count && Double(hits[hit].truePositives) / Double(curve.objectCount) < recall { hit += 1 }
          if hit == hits.count { break }
          precisions[(threshold * recalls.count + row) * curves.count + column] = envelope[hit]
        }
      }
    }
    let first = precisions[..<(recalls.count * curves.count)]
    return Value(
      averagePrecision: PairwiseSum.mean(precisions),
      averagePrecision50: PairwiseSum.sum(first) / Double(first.count))
  }

  /// The images of one resample: as many draws with replacement as there are images.
  ///
  /// The resamples of one seed are the same in whatever order and on however many threads they are made.
  public func multiplicities(seed: UInt64, resample: Int) -> [Int32] {
    var generator = SeededGenerator(seed: seed, stream: [UInt64(resample)])
    var multiplicities = [Int32](repeating: 0, count: imageIDs.count)
    for _ in imageIDs { multiplicities[generator.uniform(below: imageIDs.count)] += 1 }
    return multiplicities
  }
}
