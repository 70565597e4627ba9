import DetectionUtilities

extension ReportPicture {
  /// One image with what a detector found, missed and made up; nil where the file cannot be read.
  ///
  /// - Parameters:
  ///   - confidence: detections of at least this score are drawn.
  ///   - iouThreshold: from which a detection is right.
  public static func drawing(
    imageID: Int, of set: EvaluationSet, confidence: Double, iouThreshold: Double
  ) -> ReportPicture? {
    let judged = JudgedImage.all(
      groundTruth: set.cocoGroundTruth.filter { $0.imageID == imageID },
      detections: set.detections.filter { $0.imageID == imageID }, classCount: set.classes.count,
      confidence: confidence, iouThreshold: iouThreshold)
    return drawing(judged.first ?? JudgedImage(imageID: imageID), of: set, labelsFound: false)
  }

  /// One image with its objects and their classes; nil where the file cannot be read.
  public static func groundTruth(imageID: Int, of set: EvaluationSet) -> ReportPicture? {
    var judged = JudgedImage(imageID: imageID)
    judged.found = set.cocoGroundTruth.filter { $0.imageID == imageID && !$0.isCrowd }
    return drawing(judged, of: set, labelsFound: true)
  }

  private static func drawing(_ judged: JudgedImage, of set: EvaluationSet, labelsFound: Bool) -> ReportPicture? {
    guard let image = set.images.first(where: { $0.id == judged.imageID }), let path = image.path else { return nil }
    return try? ReportPicture(
      name: image.name, path: path, judged: judged, classNames: set.classes.map(\.name), labelsFound: labelsFound)
  }
}
