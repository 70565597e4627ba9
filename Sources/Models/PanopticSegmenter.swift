import DetectionUtilities
import ImageCodecs

/// A detector that says which pixels its objects have, and a segmenter, as one model: a segment for every pixel.
public final class PanopticSegmenter: VisionModel {
  public typealias Prediction = PanopticSegmentation

  /// Of the segments.
  public let classes: PanopticClasses
  public var classNames: [String] { classes.entries.map(\.name) }
  public var classIDs: [Int] { classes.entries.map(\.id) }
  public var inputSize: ImageSize { semantics.inputSize }
  /// Large enough for both; nil where one of them wants files at full scale.
  public var decodingSize: ImageSize? {
    guard let first = instances.decodingSize, let second = semantics.decodingSize else { return nil }
    return ImageSize(width: max(first.width, second.width), height: max(first.height, second.height))
  }
  public var decodingOptions: ImageDecodingOptions {
    semantics.tiling == nil ? ImageDecodingOptions(minimumSize: decodingSize) : semantics.decodingOptions
  }

  private let instances: any Detector
  private let semantics: any Segmenter
  private let merger: PanopticMerger

  /// - Parameter instances: its detections are to have masks; one without counts for nothing.
  public init(instances: any Detector, semantics: any Segmenter, merger: PanopticMerger = PanopticMerger()) {
    func labels(_ model: any VisionModel) -> [ModelFile.Label] {
      zip(model.classNames, model.classIDs).map { ModelFile.Label(name: $0, id: $1) }
    }
    self.instances = instances
    self.semantics = semantics
    self.merger = merger
    classes = PanopticClasses(things: labels(instances), semantics: labels(semantics))
  }

  public func predict(_ image: SourceImage) throws -> TimedPrediction<PanopticSegmentation> {
    let found = try instances.predict(image)
    let labels = try semantics.predict(image)
    var seconds = found.seconds
    seconds.preprocess += labels.seconds.preprocess
    seconds.network += labels.seconds.network
    seconds.postprocess += labels.seconds.postprocess
    let merged = seconds.measure(\.postprocess) {
      merger(
        width: labels.value.width, height: labels.value.height,
        instances: found.value.compactMap { detection in
          detection.mask.map {
            PanopticMerger.Instance(classIndex: detection.classIndex, score: detection.score, mask: $0)
          }
        },
        stuff: regions(of: labels.value))
    }
    return TimedPrediction(merged, seconds: seconds)
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
