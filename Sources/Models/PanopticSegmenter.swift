import DetectionUtilities
import ImageCodecs

/// A detector that says which pixels its objects have, and what says where stuff is, as one model: a segment for every pixel.
public final class PanopticSegmenter: VisionModel {
  public typealias Prediction = PanopticSegmentation

  /// Of the segments.
  public let classes: PanopticClasses
  public var classNames: [String] { classes.entries.map(\.name) }
  public var classIDs: [Int] { classes.entries.map(\.id) }
  public var inputSize: ImageSize { instances.inputSize }
  /// Large enough for both; nil where one of them wants files at full scale.
  public var decodingSize: ImageSize? {
    guard let first = instances.decodingSize else { return nil }
    guard case .segmenter(let segmenter) = semantics else { return first }
    guard let second = segmenter.decodingSize else { return nil }
    return ImageSize(width: max(first.width, second.width), height: max(first.height, second.height))
  }
  public var decodingOptions: ImageDecodingOptions {
    if case .segmenter(let segmenter) = semantics, segmenter.tiling != nil { return segmenter.decodingOptions }
    return ImageDecodingOptions(minimumSize: decodingSize)
  }

  /// What says where stuff is.
  private enum Semantics {
    case segmenter(any Segmenter)
    /// The detector itself.
    case detector(any StuffDetector)
  }

  private let instances: any Detector
  private let semantics: Semantics
  private let merger: PanopticMerger

  /// - Parameter instances: its detections are to have masks; one without counts for nothing.
  public init(instances: any Detector, semantics: any Segmenter, merger: PanopticMerger = PanopticMerger()) {
    func labels(_ model: any VisionModel) -> [ModelFile.Label] {
      zip(model.classNames, model.classIDs).map { ModelFile.Label(name: $0, id: $1) }
    }
    self.instances = instances
    self.semantics = .segmenter(semantics)
    self.merger = merger
    classes = PanopticClasses(things: labels(instances), semantics: labels(semantics))
  }

  /// A network that finds both.
  ///
  /// - Precondition: it has classes of stuff.
  public init(_ detector: any StuffDetector, merger: PanopticMerger = PanopticMerger()) {
    precondition(!detector.stuffClasses.isEmpty, "a detector without classes of stuff")
    instances = detector
    semantics = .detector(detector)
    self.merger = merger
    let things = zip(detector.classNames, detector.classIDs).map { ModelFile.Label(name: $0, id: $1) }
    classes = PanopticClasses(things: things, stuffOfDetector: detector.stuffClasses)
  }

  public func predict(_ image: SourceImage) throws -> TimedPrediction<PanopticSegmentation> {
    var (found, seconds) = try parts(of: image)
    let merged = seconds.measure(\.postprocess) {
      merger(
        width: found.stuff.width, height: found.stuff.height,
        instances: found.detections.compactMap { detection in
          detection.mask.map {
            PanopticMerger.Instance(classIndex: detection.classIndex, score: detection.score, mask: $0)
          }
        },
        stuff: regions(of: found.stuff))
    }
    return TimedPrediction(merged, seconds: seconds)
  }

  private func parts(of image: SourceImage) throws -> (DetectionsWithStuff, StageSeconds) {
    switch semantics {
    case .detector(let detector):
      let found = try detector.predictWithStuff(image)
      return (found.value, found.seconds)
    case .segmenter(let segmenter):
      let (found, labels) = (try instances.predict(image), try segmenter.predict(image))
      var seconds = found.seconds
      seconds.preprocess += labels.seconds.preprocess
      seconds.network += labels.seconds.network
      seconds.postprocess += labels.seconds.postprocess
      return (DetectionsWithStuff(detections: found.value, stuff: labels.value), seconds)
    }
  }

  /// In the order of the classes.
  private func regions(of labels: LabelMap) -> [PanopticMerger.Region] {
    let present = labels.counts
    return classes.stuff.indices.compactMap { index in
      guard let classIndex = classes.stuff[index], present[index] > 0 else { return nil }
      return PanopticMerger.Region(
        classIndex: classIndex,
        mask: RunLengthMask(
          width: labels.width, height: labels.height, inside: labels.runsDownColumns(of: UInt8(index))))
    }
  }
}
