/// What the errors of a detector cost: for each type of error how many there are, and by how much the average precision
/// would rise if they alone were put right (Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection
/// Errors", ECCV 2020, sections 2 and 3).
///
/// The paper leaves some things open. Here, as in the authors' program `tidecv` 1.0.1:
/// - The mean is over classes that have objects or detections: one without objects has an average precision of 0, where
///   COCO leaves it out. Precision is sampled at recall 0, 0.01, …, 1, the recalls being n / 100.
/// - At most `maximumDetections` of an image count, over all classes together.
/// - Of objects with equal IoU a detection takes the first; it must reach the threshold itself.
/// - A detection that falls on a crowd does not count in the average precision, but has an error type all the same.
/// - Types are tried in the order localisation, classification, duplicate, background, both, and the localisation range
///   holds both of its ends.
/// - A classification or localisation error is put right only if its object is free and no such error of either type on the
///   same object has a higher score; otherwise it is taken away.
/// - A gain below 0, which ties and sampling make possible, is given as 0, but for the two special ones.
public struct DetectionErrorAnalysis: Hashable, Sendable {
  /// The errors of one type.
  public struct Effect: Hashable, Sendable, Codable {
    public var type: DetectionErrorType
    public var count: Int
    /// The paper's ΔAP, as a fraction.
    public var averagePrecisionGain: Double

    public init(type: DetectionErrorType, count: Int, averagePrecisionGain: Double) {
      self.type = type
      self.count = count
      self.averagePrecisionGain = averagePrecisionGain
    }
  }

  /// At and above this IoU a detection finds an object.
  public let foregroundIoU: Double
  /// At and below this IoU with everything a detection is background.
  public let backgroundIoU: Double
  /// In [0, 1]; nil with neither objects nor detections.
  public let averagePrecision: Double?
  /// One per type, in the order of ``DetectionErrorType``.
  public let effects: [Effect]
  /// The gain if wrong detections came after all right ones.
  public let falsePositiveGain: Double
  /// The gain if objects not found were not there.
  public let falseNegativeGain: Double

  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - maximumDetections: how many of the best scored detections of an image count.
  /// - Complexity: O(n log n) in the detections, plus ground truth × detections per image.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classCount: Int, foregroundIoU: Double = 0.5, backgroundIoU: Double = 0.1, maximumDetections: Int = 100
  ) {
    precondition(backgroundIoU <= foregroundIoU, "background overlaps less than foreground")
    precondition(
      groundTruth.allSatisfy { 0..<classCount ~= $0.classIndex }
        && detections.allSatisfy { 0..<classCount ~= $0.classIndex }, "a class index outside of the class list")
    var tally = DetectionErrorTally(classCount: classCount)
    let overlaps = SetOverlaps(groundTruth: groundTruth, detections: detections, masks: overlaps)
    let truthByImage = Dictionary(grouping: groundTruth.indices) { groundTruth[$0].imageID }
    let detectionsByImage = Dictionary(grouping: detections.indices) { detections[$0].imageID }
    for imageID in Set(truthByImage.keys).union(detectionsByImage.keys).sorted() {
      let (truth, found) = (truthByImage[imageID] ?? [], detectionsByImage[imageID] ?? [])
      let kept = StableScoreOrder.descending(found.map { detections[$0].score }).prefix(maximumDetections)
        .map { found[$0] }
      tally.enter(
        DetectionErrorImage(
          groundTruth: truth.map { groundTruth[$0] }, detections: kept.map { detections[$0] },
          foregroundIoU: foregroundIoU, backgroundIoU: backgroundIoU
        ) { overlaps.iou(detection: kept[$0], object: truth[$1]) })
    }
    let averagePrecision = tally.averagePrecision()
    let base = averagePrecision ?? 0
    self.foregroundIoU = foregroundIoU
    self.backgroundIoU = backgroundIoU
    self.averagePrecision = averagePrecision
    effects = DetectionErrorType.allCases.map { type in
      Effect(
        type: type, count: tally.count(of: type),
        averagePrecisionGain: max(0, (tally.averagePrecision(fixing: type) ?? 0) - base))
    }
    falsePositiveGain = (tally.averagePrecisionWithWrongOnesLast() ?? 0) - base
    falseNegativeGain = (tally.averagePrecisionWithoutMissedObjects() ?? 0) - base
  }
}

/// Why a detection is wrong or an object was not found (Bolya et al., "TIDE: A General Toolbox for Identifying Object
/// Detection Errors", ECCV 2020, section 2.2).
public enum DetectionErrorType: String, CaseIterable, Hashable, Sendable, Codable {
  /// Well placed on an object of another class.
  case classification = "Cls"
  /// The right class, but overlapping the object too little.
  case localisation = "Loc"
  /// Neither the right class nor well placed.
  case both = "Both"
  /// On an object that a detection of higher score has found.
  case duplicate = "Dupe"
  /// On nothing.
  case background = "Bkg"
  /// An object that no detection found, and none of the wrong ones would find if it were put right.
  case missed = "Miss"
}
