import DetectionUtilities

extension EvaluationAnalysis {
  /// Measures everything by COCO's rules: of masks, where the result is of masks.
  ///
  /// - Parameter result: of the same set, by COCO's protocol with IoU 0.5 and 0.75 in its list.
  public init(_ set: EvaluationSet, result: EvaluationResult, settings: AnalysisSettings = AnalysisSettings()) {
    self.init(set, result: result, overlaps: set.maskOverlaps(result.protocolRules.iouType), settings: settings)
  }

  /// The same where overlaps are known.
  init(_ set: EvaluationSet, result: EvaluationResult, overlaps: MaskOverlaps?, settings: AnalysisSettings) {
    self.init(
      groundTruth: set.cocoGroundTruth, detections: set.detections, overlaps: overlaps,
      classNames: set.classes.map(\.name),
      images: set.images, settings: settings, evaluation: result.coco, attributes: result.attributes)
  }

  /// Measures everything.
  ///
  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - classNames: an object's class index is a place in this list.
  ///   - images: every image of the set, those without objects and detections included.
  ///   - evaluation: COCO's evaluation of the same set, where it has been done; it must hold IoU 0.5 and 0.75. Needed with
  ///     `overlaps`, of which it was made too.
  ///   - attributes: ``AttributeBreakdown/all(groundTruth:attributes:detections:classCount:masks:)`` of the same set.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], overlaps: MaskOverlaps? = nil,
    classNames: [String], images: [EvaluationSet.Image], settings: AnalysisSettings = AnalysisSettings(),
    evaluation: COCOEvaluation? = nil, attributes: [AttributeBreakdown] = []
  ) {
    precondition(overlaps == nil || evaluation != nil, "an evaluation of the masks whose overlaps are given")
    let classCount = classNames.count
    let iou = settings.iouThreshold
    let coco =
      evaluation
      ?? COCOEvaluator().evaluate(groundTruth: groundTruth, detections: detections, classCount: classCount)
    let points = OperatingPoints(
      groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount, iouThreshold: iou)
    let confidence = settings.confidence ?? points.overall.best?.confidence ?? 0.5
    let missRate = images.isEmpty ? nil : LogAverageMissRate(points, imageCount: images.count)
    let resampled =
      settings.resamples > 0 && !images.isEmpty
      ? ResampledEvaluation(
        groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
        imageIDs: images.map(\.id))
      : nil
    self.settings = settings
    maskIoUType = overlaps.map { IoUType($0.region) }
    self.images = images.count
    self.attributes = attributes
    summary = coco.summary
    classes = classNames.indices.map { index in
      ClassAnalysis(
        classNames[index], index, curve: points.classes[index], coco: coco, confidence: confidence,
        missRate: missRate?.classes[index])
    }
    point = OperatingPointReport(points.overall.point(atConfidence: confidence))
    self.points = (0...100).map {
      OperatingPointReport(points.overall.point(atConfidence: Double($0) / 100))
    }
    best = points.overall.best.map(OperatingPointReport.init)
    confusion = ConfusionReport(
      ConfusionMatrix(
        groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
        confidence: confidence, iouThreshold: iou))
    errors = DetectionErrorReport(
      DetectionErrorAnalysis(
        groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
        foregroundIoU: iou, backgroundIoU: min(0.1, iou)))
    calibration = CalibrationReport(
      CalibrationError(
        groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
        iouThreshold: iou, binCount: settings.calibrationBins))
    self.missRate = missRate?.mean
    intervals = resampled.map {
      BootstrapReport($0, resamples: settings.resamples, level: settings.level, seed: settings.seed)
    }
    worstImages = Self.worstImages(
      of: images,
      MatchedImage.all(
        groundTruth: groundTruth, detections: detections, overlaps: overlaps, classCount: classCount,
        confidence: confidence, iouThreshold: iou), limit: settings.worstImages)
  }

  /// Those with most errors, of equal ones the first by number.
  private static func worstImages(
    of images: [EvaluationSet.Image], _ judged: [MatchedImage], limit: Int
  ) -> [WorstImage] {
    let names = Dictionary(images.map { ($0.id, $0.name) }) { first, _ in first }
    return judged.filter { $0.errorCount > 0 }
      .sorted { ($1.errorCount, $0.imageID) < ($0.errorCount, $1.imageID) }
      .prefix(limit)
      .map {
        WorstImage(
          id: $0.imageID, name: names[$0.imageID] ?? String($0.imageID), falsePositives: $0.falsePositives.count,
          missed: $0.missed.count)
      }
  }
}

extension EvaluationAnalysis.ClassAnalysis {
  /// - Parameters:
  ///   - index: the class's place in the list.
  ///   - curve: of this class.
  ///   - coco: of all classes.
  fileprivate init(
    _ name: String, _ index: Int, curve: ConfidenceCurve, coco: COCOEvaluation, confidence: Double, missRate: Double?
  ) {
    self.name = name
    objects = curve.objectCount
    averagePrecision = coco.averagePrecision(classIndex: index)
    averagePrecision50 = coco.averagePrecision(iouThreshold: 0.5, classIndex: index)
    averagePrecision75 = coco.averagePrecision(iouThreshold: 0.75, classIndex: index)
    point = OperatingPointReport(curve.point(atConfidence: confidence))
    best = curve.best.map(OperatingPointReport.init)
    self.missRate = missRate
    precision50 = coco.precisionCurve(classIndex: index, iouThreshold: 0.5)?.map(\.precision)
    precision75 = coco.precisionCurve(classIndex: index, iouThreshold: 0.75)?.map(\.precision)
  }
}
