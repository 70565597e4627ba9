/// Which detections of one class are right, wrong or neither, for every area range and IoU threshold (`evaluateImg`).
struct ClassMatches {
  enum Verdict: UInt8 {
    case falsePositive
    case truePositive
    case ignored
  }

  let detectionCount: Int
  /// Scores in the order of ``ClassImages/detections``.
  let scores: [Double]
  /// The rank of a detection among those of its image, from 0.
  let ranks: [Int]
  /// [area ranges × IoU thresholds × detections].
  private(set) var verdicts: [Verdict]
  /// Objects to be found per area range: not ignored.
  private(set) var objectCounts: [Int]

  private let thresholdCount: Int

  init(_ classImages: ClassImages, settings: COCOEvaluationSettings) {
    detectionCount = classImages.detections.count
    scores = classImages.detections.map(\.score)
    ranks = classImages.images.flatMap { 0..<$0.detections.count }
    thresholdCount = settings.iouThresholds.count
    verdicts = [Verdict](
      repeating: .falsePositive, count: settings.areaRanges.count * settings.iouThresholds.count * detectionCount)
    objectCounts = [Int](repeating: 0, count: settings.areaRanges.count)
    for image in classImages.images {
      let truth = Array(classImages.groundTruth[image.groundTruth])
      let detections = classImages.detections[image.detections]
      var ious: [Double] = []
      ious.reserveCapacity(truth.count * detections.count)
      for detection in detections {
        for object in truth {
          ious.append(detection.box.iou(withGroundTruth: object.box, isCrowd: object.isCrowd))
        }
      }
      for (area, range) in settings.areaRanges.enumerated() {
        let isIgnored = truth.map { $0.isCrowd || $0.isIgnored || !range.contains($0.area) }
        objectCounts[area] += isIgnored.reduce(0) { $0 + ($1 ? 0 : 1) }
        if detections.isEmpty { continue }
        let matcher = ImageMatcher(
          ious: ious, isCrowd: truth.map(\.isCrowd), isIgnored: isIgnored,
          isOutside: detections.map { !range.contains($0.box.area) })
        for (threshold, iouThreshold) in settings.iouThresholds.enumerated() {
          let first = (area * thresholdCount + threshold) * detectionCount + image.detections.lowerBound
          matcher.match(iouThreshold: iouThreshold) { verdicts[first + $0] = $1 }
        }
      }
    }
  }

  /// The verdicts at one area range and IoU threshold start here.
  func firstVerdict(area: Int, threshold: Int) -> Int { (area * thresholdCount + threshold) * detectionCount }
}
