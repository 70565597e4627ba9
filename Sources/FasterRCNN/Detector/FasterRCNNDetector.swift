import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// The two-stage detector in use: images in, detections out; with a semantic head the stuff of an image too.
public final class FasterRCNNDetector: StuffDetector {
  /// The family's name in model files.
  public static let architecture = "faster-rcnn"

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { transform.inputSize }
  public var decodingSize: ImageSize? { transform.decodingSize }
  public let stuffClasses: [ModelFile.Label]

  private let classes: [ModelFile.Label]
  private let transform: Preprocessing
  private let network: CompiledFasterRCNN
  private let proposalStage: ProposalStage
  /// R-CNN's way with regions and where they come from; nil in the modes that pool regions out of the image's features.
  private let warping: (head: WarpedRegionHead, proposals: RegionSource.Proposals)?
  private let decoder: RegionDecoder

  /// Throws a `GraphError` when the parameters are not this network's.
  public init(
    _ configuration: FasterRCNNConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, mode: TwoStageMode = .fasterRCNN, precision: Precision = .float32,
    options: ModelOptions = ModelOptions()
  ) throws {
    try precision.check()
    self.classes = classes
    stuffClasses = configuration.semantics.isPredicted ? configuration.semantics.classes : []
    transform = preprocessing
    var configuration = configuration
    configuration.inputSize = preprocessing.inputSize
    network = try CompiledFasterRCNN(
      configuration, classCount: classes.count, parameters: parameters, mode: mode,
      sizesVary: preprocessing.resize.variesSize, precision: precision, compilation: options.compilation)
    proposalStage = ProposalStage(mode.regionSource, configuration: configuration)
    if case .rCNN(let proposals) = mode {
      warping = (WarpedRegionHead(network, preprocessing: preprocessing), proposals)
    } else {
      warping = nil
    }
    decoder = RegionDecoder(classCount: classes.count, inputSize: preprocessing.inputSize, options: options.detection)
  }

  /// From a model file that was read from `path`, to be run as the options say.
  ///
  /// Throws a `ModelFileError`, a `GraphError` when the parameters are not this network's, a
  /// ``FasterRCNNConfigurationError`` for options that cannot be, and a ``ProposalError`` for a file of proposals that
  /// cannot be used.
  public convenience init(
    _ file: ModelFile, path: String, twoStage: TwoStageOptions = TwoStageOptions(),
    options: ModelOptions = ModelOptions()
  ) throws {
    var configuration = try Self.configuration(of: file, path: path)
    if let count = twoStage.count {
      configuration.proposals.count = count
      try configuration.validate()
    }
    try self.init(
      configuration, classes: file.classes, parameters: file.parameters, preprocessing: file.preprocessing,
      mode: twoStage.mode(count: configuration.proposals.count), precision: file.precision, options: options)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> FasterRCNNConfiguration {
    try file.decodedConfiguration(FasterRCNNConfiguration.self, path: path, family: "a Faster R-CNN") {
      $0.inputSize = file.preprocessing.inputSize
      try $0.validate()
    }
  }

  public func predict(_ image: SourceImage) throws -> TimedPrediction<[Detection]> {
    let (detections, times) = try detect(image)
    return TimedPrediction(detections, seconds: times.seconds)
  }

  public func predictWithStuff(_ image: SourceImage) throws -> TimedPrediction<DetectionsWithStuff> {
    var stuff: LabelMap?
    let (detections, times) = try detect(image) { scores, input in
      stuff = input.mapBack(PixelScores(scores: scores).mostProbable)
    }
    guard let stuff else { preconditionFailure("a detector without a semantic head") }
    return TimedPrediction(DetectionsWithStuff(detections: detections, stuff: stuff), seconds: times.seconds)
  }

  /// Detections on one image, and where the time went, stage by stage.
  ///
  /// - Parameter receiveScores: gets the semantic head's scores, where there are any.
  package func detect(
    _ image: SourceImage, receiveScores: ((Tensor, NetworkInput) -> Void)? = nil
  ) throws -> (detections: [Detection], times: StageTimes) {
    var times = StageTimes()
    let input = times.measure(\.preparation) { transform(image) }
    if let warping {
      let regions = try proposalStage.external(warping.proposals, image, times: &times)
      let output = try warping.head(regions, of: image.image, as: regions.map(input.toNetwork), times: &times)
      times.regionCount = output.regions.count
      return (times.measure(\.decoding) { input.mapBack(decode(output, of: input)) }, times)
    }
    let features = try network.computeFeatures(input, &times)
    if let receiveScores, let scores = features.semanticScores {
      times.measure(\.decoding) { receiveScores(scores, input) }
    }
    let regions = try proposalStage(features, image, input, times: &times)
    let output = try network.runBoxHead(regions, features, times: &times)
    let found = times.measure(\.decoding) { decode(output, of: input) }
    let masks = try network.runMaskHead(found, features, times: &times)
    let detections = times.measure(\.decoding) { input.mapBack(found, masks: masks) }
    times.regionCount = output.regions.count
    return (detections, times)
  }

  /// By descending score, pixels of the network's input.
  private func decode(_ output: BoxHeadOutput, of input: NetworkInput) -> [Detection] {
    decoder(output, within: input.transform.clippingSize)
  }
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

  /// By the stages that every family of detector has names for.
  var seconds: StageSeconds {
    StageSeconds(
      preprocess: preparation, network: trunk, proposals: externalProposals + proposals, boxHead: pooling + head,
      postprocess: decoding)
  }
}
