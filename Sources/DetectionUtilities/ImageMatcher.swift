/// Matches the detections of one image and class with its ground truth at one area range, greedily by descending score.
struct ImageMatcher {
  private let ious: [Double]
  private let isCrowd: [Bool]
  private let isIgnored: [Bool]
  private let isOutside: [Bool]
  /// Objects to be found first, then those to be ignored, each in the order given.
  private let order: [Int]

  /// - Parameters:
  ///   - ious: [detections × ground truth].
  ///   - isCrowd: per ground truth.
  ///   - isIgnored: per ground truth.
  ///   - isOutside: per detection, by descending score: whether its area lies outside of the area range.
  init(ious: [Double], isCrowd: [Bool], isIgnored: [Bool], isOutside: [Bool]) {
    self.ious = ious
    self.isCrowd = isCrowd
    self.isIgnored = isIgnored
    self.isOutside = isOutside
    order = isIgnored.indices.filter { !isIgnored[$0] } + isIgnored.indices.filter { isIgnored[$0] }
  }

  /// Calls `report` with the index and the verdict of every detection.
  ///
  /// A detection takes the free object with the highest IoU of at least the threshold, the last of equals. It takes an
  /// ignored one only if there is no other, and a crowd may be taken many times.
  func match(iouThreshold: Double, report: (Int, ClassMatches.Verdict) -> Void) {
    let truthCount = order.count
    var isTaken = [Bool](repeating: false, count: truthCount)
    for detection in isOutside.indices {
      // pycocotools' way of letting a threshold of 1 accept a perfect box in spite of rounding.
      var best = min(iouThreshold, 1 - 1e-10)
      var match: Int?
      for object in order {
        if isTaken[object] && !isCrowd[object] { continue }
        if let match, !isIgnored[match] && isIgnored[object] { break }
        let iou = ious[detection * truthCount + object]
        if iou >= best {
          best = iou
          match = object
        }
      }
      if let match {
        isTaken[match] = true
        report(detection, isIgnored[match] ? .ignored : .truePositive)
      } else {
        report(detection, isOutside[detection] ? .ignored : .falsePositive)
      }
    }
  }
}
