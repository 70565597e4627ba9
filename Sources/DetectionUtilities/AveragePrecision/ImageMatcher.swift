/// Matches the detections of one image and class with its ground truth, greedily by descending score (pycocotools'
/// `evaluateImg`): what is right and wrong wherever COCO's rules decide, from the average precision to the confusion matrix.
///
/// Kept from image to image for its buffers: ``enter(detections:truth:)`` takes in an image, and
/// ``match(truth:area:report:)`` matches it, once or for one area range after the other.
struct ImageMatcher {
  /// What two programs that match in this way do differently.
  enum Convention {
    /// Of objects with equal IoU a detection takes the last, and a threshold of 1 accepts a perfect box in spite of rounding.
    case pycocotools
    /// It takes the first, and must reach the threshold itself.
    case tidecv
  }

  /// One bit for each IoU threshold.
  typealias Thresholds = UInt64

  /// What became of a detection at every threshold: right, neither right nor wrong, or (in neither) wrong.
  struct MatchOutcome {
    var isRight: Thresholds = 0
    var isIgnored: Thresholds = 0
  }

  private let convention: Convention
  private let limits: [Double]
  private let every: Thresholds
  /// [detections × objects].
  private var ious: [Double] = []
  private var bestIoUs: [Double] = []
  /// Of the detections.
  private var areas: [Double] = []
  /// Objects to be found first, then those to be ignored, each in the order given.
  private var order: [Int] = []
  /// [thresholds × objects]: the detection that took each, -1 for none.
  private var takers: [Int32] = []
  private var isIgnored: [Bool] = []

  /// - Parameter iouThresholds: at most 64.
  init(iouThresholds: some Collection<Double>, convention: Convention = .pycocotools) {
    precondition(iouThresholds.count <= Thresholds.bitWidth, "one bit for each threshold")
    self.convention = convention
    limits = iouThresholds.map { Self.lowestIoU($0, convention) }
    every = limits.count == Thresholds.bitWidth ? .max : 1 << Thresholds(limits.count) - 1
  }

  /// From which IoU a pair counts.
  static func lowestIoU(_ threshold: Double, _ convention: Convention = .pycocotools) -> Double {
    convention == .pycocotools ? min(threshold, 1 - 1e-10) : threshold
  }

  /// Takes in an image, whose outcomes at one or more area ranges are then asked for.
  mutating func enter(detections: ArraySlice<EvaluationDetection>, truth: ArraySlice<EvaluationGroundTruth>) {
    removeAll()
    for detection in detections { areas.append(detection.area ?? detection.box.area) }
    if truth.isEmpty { return }
    for detection in detections {
      var best = 0.0
      for object in truth {
        let iou = detection.box.iou(withGroundTruth: object.box, isCrowd: object.isCrowd)
        best = max(best, iou)
        ious.append(iou)
      }
      bestIoUs.append(best)
    }
  }

  /// The same for overlaps that are known already.
  ///
  /// - Parameters:
  ///   - detectionAreas: in square pixels.
  ///   - overlap: the IoU of a detection with an object, by their places; below 0 where the two cannot be a pair.
  mutating func enter(
    detectionAreas: some Sequence<Double>, objectCount: Int, overlap: (_ detection: Int, _ object: Int) -> Double
  ) {
    removeAll()
    areas.append(contentsOf: detectionAreas)
    if objectCount == 0 { return }
    for detection in areas.indices {
      var best = 0.0
      for object in 0..<objectCount {
        let iou = overlap(detection, object)
        best = max(best, iou)
        ious.append(iou)
      }
      bestIoUs.append(best)
    }
  }

  private mutating func removeAll() {
    areas.removeAll(keepingCapacity: true)
    ious.removeAll(keepingCapacity: true)
    bestIoUs.removeAll(keepingCapacity: true)
  }

  /// Calls `report` with the outcome of every detection that was entered, in order.
  ///
  /// A detection takes the free object with the highest IoU of at least the threshold. It takes an ignored one only if there
  /// is no other, and a crowd may be taken many times.
  ///
  /// - Parameters:
  ///   - truth: the objects that were entered.
  ///   - range: objects outside of it are ignored.
  /// - Returns: how many objects are to be found.
  @discardableResult
  mutating func match(
    truth: ArraySlice<EvaluationGroundTruth>, area range: COCOEvaluationSettings.AreaRange,
    report: (MatchOutcome) -> Void
  ) -> Int {
    isIgnored.removeAll(keepingCapacity: true)
    if truth.isEmpty {
      for area in areas { report(unmatched(area, range)) }
      return 0
    }
    order.removeAll(keepingCapacity: true)
    for object in truth {
      isIgnored.append(object.isCrowd || object.isIgnored || !range.contains(object.area))
      if !isIgnored[isIgnored.count - 1] { order.append(isIgnored.count - 1) }
    }
    let objectCount = order.count
    for object in isIgnored.indices where isIgnored[object] { order.append(object) }
    takers.removeAll(keepingCapacity: true)
    for _ in 0..<limits.count * truth.count { takers.append(-1) }
    for detection in areas.indices {
      var outcome = unmatched(areas[detection], range)
      for (threshold, limit) in limits.enumerated() where bestIoUs[detection] >= limit {
        let best = bestObject(for: detection, truth: truth, threshold: threshold, limit: limit)
        guard let object = best else { continue }
        let bit: Thresholds = 1 << Thresholds(threshold)
        takers[threshold * truth.count + object] = Int32(truncatingIfNeeded: detection)
        if isIgnored[object] {
          outcome.isIgnored |= bit
        } else {
          outcome.isIgnored &= ~bit
          outcome.isRight |= bit
        }
      }
      report(outcome)
    }
    return objectCount
  }

  /// The detection that took an object in the last match at a threshold, both by their places; nil where none did.
  func taker(of object: Int, threshold: Int = 0) -> Int? {
    let taker = takers[threshold * isIgnored.count + object]
    return taker < 0 ? nil : Int(taker)
  }

  /// What becomes of a detection that takes no object: outside of the range it is neither right nor wrong.
  private func unmatched(_ area: Double, _ range: COCOEvaluationSettings.AreaRange) -> MatchOutcome {
    range.contains(area) ? MatchOutcome() : MatchOutcome(isIgnored: every)
  }

  private func bestObject(
    for detection: Int, truth: ArraySlice<EvaluationGroundTruth>, threshold: Int, limit: Double
  ) -> Int? {
    var best = limit
    var match: Int?
    for object in order {
      if takers[threshold * truth.count + object] >= 0 && !truth[truth.startIndex + object].isCrowd { continue }
      if let match, !isIgnored[match] && isIgnored[object] { break }
      let iou = ious[detection * truth.count + object]
      if iou >= best {
        best = convention == .pycocotools ? iou : iou.nextUp
        match = object
      }
    }
    return match
  }
}
