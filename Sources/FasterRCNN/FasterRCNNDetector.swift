import DetectionUtilities
import Detectors
import Foundation
import ImageCodecs
import NeuralNetwork

/// The two-stage detector in use: images in, detections out.
public final class FasterRCNNDetector: TimedDetector {
  /// The family's name in model files.
  public static let architecture = "faster-rcnn"

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { preprocessing.inputSize }
  public var decodingSize: ImageSize? { preprocessing.decodingSize }
  public var effort: PlanEffort {
    get { stages.effort }
    set { stages.effort = newValue }
  }
  /// Of the last image.
  public private(set) var times = StageTimes()
  public var stageSeconds: StageSeconds {
    StageSeconds(
      preprocess: times.preparation, network: times.trunk, proposals: times.externalProposals + times.proposals,
      boxHead: times.pooling + times.head, postprocess: times.decoding)
  }

  private let classes: [ModelFile.Label]
  private let preprocessing: Preprocessing
  private let mode: TwoStageMode
  private let stages: TwoStageNetwork
  private let decoder: RegionDecoder

  /// Throws a `GraphError` when the parameters are not this network's.
  public init(
    _ configuration: FasterRCNNConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, mode: TwoStageMode = .fasterRCNN, precision: Precision = .float32
  ) throws {
    try precision.check()
    self.classes = classes
    self.preprocessing = preprocessing
    self.mode = mode
    var configuration = configuration
    configuration.inputSize = preprocessing.inputSize
    stages = try TwoStageNetwork(
      configuration, classCount: classes.count, parameters: parameters, mode: mode,
      sizesVary: preprocessing.resize.variesSize, precision: precision)
    decoder = RegionDecoder(classCount: classes.count, inputSize: preprocessing.inputSize)
  }

  /// From a model file that was read from `path`, to be run as the options say.
  ///
  /// Throws a `ModelFileError`, a `GraphError` when the parameters are not this network's, a
  /// ``FasterRCNNConfigurationError`` for options that cannot be, and a ``ProposalError`` for a file of proposals that
  /// cannot be used.
  public convenience init(_ file: ModelFile, path: String, options: TwoStageOptions = TwoStageOptions()) throws {
    var configuration = try Self.configuration(of: file, path: path)
    if let count = options.count {
      configuration.proposals.count = count
      try configuration.validate()
    }
    try self.init(
      configuration, classes: file.classes, parameters: file.parameters, preprocessing: file.preprocessing,
      mode: options.mode(count: configuration.proposals.count), precision: file.precision)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> FasterRCNNConfiguration {
    func failure(_ problem: String) -> ModelFileError {
      .metadata(path: path, key: "peregrine.configuration", problem: problem)
    }
    guard var configuration = try? JSONDecoder().decode(FasterRCNNConfiguration.self, from: file.configuration) else {
      throw failure("is not a Faster R-CNN configuration of this version")
    }
    configuration.inputSize = file.preprocessing.inputSize
    do {
      try configuration.validate()
    } catch {
      throw failure("cannot be used: \(error)")
    }
    return configuration
  }

  /// Images go through the network one by one, so that an image's detections never depend on its neighbours.
  public func detect(_ images: [RGBImage], options: DetectionOptions) throws -> [[Detection]] {
    try images.map { try detect($0, from: ImageOrigin(name: "", size: $0.size), options: options) }
  }

  /// Detections on one image, whose proposals may come from elsewhere; where the time went is in ``times`` afterwards.
  public func detect(_ image: RGBImage, from file: ImageOrigin, options: DetectionOptions) throws -> [Detection] {
    var times = StageTimes()
    let batch = times.measure(\.preparation) { ImageBatch([image], preprocessing: preprocessing) }
    var decoder = decoder
    decoder.inputSize = batch.transforms[0].clippingSize
    let answers: RegionAnswers
    switch mode {
    case .fasterRCNN:
      let proposals = try stages.proposals(batch, times: &times)
      answers = try stages.judge(proposals, times: &times)
    case .fastRCNN(let source):
      let regions = try external(source, image, file, &times).map(batch.transforms[0].toTarget)
      try stages.look(at: batch, times: &times)
      answers = try stages.judge(regions, times: &times)
    case .rCNN(let source):
      let regions = try external(source, image, file, &times)
      answers = try stages.judgeWarped(
        regions, of: image, as: regions.map(batch.transforms[0].toTarget), preprocessing: preprocessing, times: &times)
    }
    let detections = times.measure(\.decoding) {
      batch.mapBack(
        decoder(answers.regions, logits: answers.logits, deltas: answers.deltas, options: options), imageIndex: 0)
    }
    times.regionCount = answers.regions.count
    self.times = times
    return detections
  }

  /// Boxes from elsewhere, without those that lie outside of the image or are no boxes.
  private func external(
    _ source: TwoStageMode.RegionSource, _ image: RGBImage, _ file: ImageOrigin, _ times: inout StageTimes
  ) throws -> [BoundingBox] {
    try times.measure(\.externalProposals) {
      try source(image, file).filter(\.isValid)
        .map { $0.clipped(width: Double(image.width), height: Double(image.height)) }
        .filter { $0.area > 0 }
    }
  }
}

/// What the head said of every region.
package struct RegionAnswers {
  /// Pixels of the network's input.
  package var regions: [BoundingBox] = []
  /// Row after row, 1 + classes each.
  package var logits: [Float] = []
  /// Row after row, 4(1 + classes) each.
  package var deltas: [Float] = []
}

extension StageTimes {
  mutating func measure<Result>(
    _ stage: WritableKeyPath<StageTimes, Double>, _ body: () throws -> Result
  ) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    self[keyPath: stage] += start.duration(to: clock.now) / .seconds(1)
    return result
  }
}

extension ImageTransform {
  /// A box of the source in the target's pixels.
  fileprivate func toTarget(_ box: BoundingBox) -> BoundingBox {
    let (x1, y1) = toTarget(x: box.x1, y: box.y1)
    let (x2, y2) = toTarget(x: box.x2, y: box.y2)
    return BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2)
  }
}
