import DetectionUtilities
import Evaluation
import ImageCodecs

/// An image of a report, with what was found, missed and made up drawn in.
public struct ReportPicture: Sendable, Hashable {
  public var name: String
  public var size: ImageSize
  /// The file's bytes.
  public var jpeg: [UInt8]

  /// What a box or a mask stands for.
  package enum Mark: CaseIterable {
    case found, missed, right, wrong

    /// Index of the class colour that it is drawn in.
    var colorIndex: Int {
      switch self {
      case .found: 0
      case .missed: 1
      case .right: 15
      case .wrong: 2
      }
    }

    package var color: RGBColor { RGBColor.ofClass(colorIndex) }

    var explanation: String {
      switch self {
      case .found: "object that was found"
      case .missed: "object that was missed"
      case .right: "right detection"
      case .wrong: "wrong detection"
      }
    }
  }

  /// No picture has a longer side, in pixels.
  static let longestSide = 480

  /// The images of `EvaluationAnalysis.worstImages` whose files can be read, at most twelve.
  ///
  /// - Parameter set: of which the analysis was made.
  public static func worst(_ analysis: EvaluationAnalysis, of set: EvaluationSet) -> [ReportPicture] {
    let worst = analysis.worstImages.prefix(12)
    let part = set.part(ofImages: Set(worst.map(\.id)))
    let judged = part.matchedImages(
      overlaps: part.maskOverlaps(analysis.iouType), confidence: analysis.point.confidence,
      iouThreshold: analysis.settings.iouThreshold)
    let judgedByID = Dictionary(judged.map { ($0.imageID, $0) }) { first, _ in first }
    return worst.compactMap { image in
      judgedByID[image.id].flatMap {
        drawing($0, of: part, masks: analysis.iouType.needsMasks ? part.masks : nil)
      }
    }
  }

  /// - Parameters:
  ///   - masks: of the set that was matched, drawn in place of the boxes.
  ///   - labelsFound: whether objects that were found have their class written beside them.
  private init(
    name: String, path: String, judged: MatchedImage, classNames: [String], masks: InstanceMasks?, labelsFound: Bool
  ) throws(ImageError) {
    let decoded = try DecodedImage(contentsOf: path)
    let image = decoded.originalSize
    let scale = min(1, Double(Self.longestSide) / Double(max(image.width, image.height)))
    func scaled(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
    let size = ImageSize(width: scaled(image.width), height: scaled(image.height))
    func box(_ box: CornerSizeBox, _ mark: Mark, _ label: String) -> AnnotatedBox {
      AnnotatedBox(
        x1: box.x * scale, y1: box.y * scale, x2: (box.x + box.width) * scale, y2: (box.y + box.height) * scale,
        label: label, colorIndex: mark.colorIndex)
    }
    func label(_ detection: EvaluationDetection) -> String {
      "\(classNames[detection.classIndex]) \(HTMLText.fixed(detection.score, 2))"
    }
    let boxes =
      judged.found.map { box($0.box, .found, labelsFound ? classNames[$0.classIndex] : "") }
      + judged.missed.map { box($0.box, .missed, classNames[$0.classIndex]) }
      + judged.truePositives.map { box($0.box, .right, label($0)) }
      + judged.falsePositives.map { box($0.box, .wrong, label($0)) }
    var picture = decoded.image.resized(to: size)
    if let masks { picture.draw(MarkedMask.all(of: judged, masks, size: size)) }
    self.name = name
    self.size = size
    jpeg = try picture.annotated(with: boxes, drawsOutlines: masks == nil).encodedJPEG(quality: 80)
  }
}

extension ReportPicture {
  /// One image with what a detector found, missed and made up; nil where the file cannot be read.
  ///
  /// - Parameters:
  ///   - confidence: detections of at least this score are drawn.
  ///   - iouThreshold: from which a detection is right.
  public static func drawing(
    imageID: Int, of set: EvaluationSet, confidence: Double, iouThreshold: Double, iouType: IoUType = .bbox
  ) -> ReportPicture? {
    let part = set.part(ofImages: [imageID])
    let judged = part.matchedImages(
      overlaps: part.maskOverlaps(iouType), confidence: confidence, iouThreshold: iouThreshold)
    return drawing(
      judged.first ?? MatchedImage(imageID: imageID), of: part, masks: iouType.needsMasks ? part.masks : nil)
  }

  /// One image with its objects and their classes; nil where the file cannot be read.
  public static func groundTruth(imageID: Int, of set: EvaluationSet) -> ReportPicture? {
    var judged = MatchedImage(imageID: imageID)
    judged.places.found = set.groundTruth.indices.filter {
      set.groundTruth[$0].imageID == imageID && !set.groundTruth[$0].isCrowd
    }
    judged.found = judged.places.found.map { set.groundTruth[$0] }
    return drawing(judged, of: set, masks: set.masks, labelsFound: true)
  }

  private static func drawing(
    _ judged: MatchedImage, of set: EvaluationSet, masks: InstanceMasks?, labelsFound: Bool = false
  ) -> ReportPicture? {
    guard let image = set.images.first(where: { $0.id == judged.imageID }), let path = image.path else { return nil }
    return try? ReportPicture(
      name: image.name, path: path, judged: judged, classNames: set.classes.map(\.name), masks: masks,
      labelsFound: labelsFound)
  }
}
