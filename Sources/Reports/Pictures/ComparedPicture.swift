import Evaluation

/// An image of a comparison with what one detector did on it drawn in, or with the ground truth alone.
public struct ComparedPicture: Sendable, Hashable {
  public var image: ComparedImage
  /// Name of the entry; empty for the ground truth.
  public var detector: String
  public var picture: ReportPicture

  public init(image: ComparedImage, detector: String, picture: ReportPicture) {
    self.image = image
    self.detector = detector
    self.picture = picture
  }
}

extension ComparisonMeasurement {
  /// Most pictures of a page, so that it stays a few megabytes long.
  private static let mostPictures = 72

  /// The images of `ComparisonReport.disagreements`: of each one picture with the objects, then one for every entry.
  ///
  /// Of many entries fewer images are drawn, at least two.
  ///
  /// - Parameter report: of this measurement.
  public func pictures(of report: ComparisonReport) -> [ComparedPicture] {
    let count = max(2, Self.mostPictures / (report.entries.count + 1))
    return report.disagreements.prefix(count).flatMap { image -> [ComparedPicture] in
      let truth = finished.first.flatMap { ReportPicture.groundTruth(imageID: image.id, of: $0.set) }
      let drawings = zip(report.entries, finished).compactMap { entry, finished -> ComparedPicture? in
        ReportPicture.drawing(
          imageID: image.id, of: finished.set, confidence: entry.analysis.point.confidence,
          iouThreshold: ObjectOutcomes.iouThreshold, iouType: iouType
        ).map { ComparedPicture(image: image, detector: entry.name, picture: $0) }
      }
      return (truth.map { [ComparedPicture(image: image, detector: "", picture: $0)] } ?? []) + drawings
    }
  }
}
