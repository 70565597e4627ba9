import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// The two-stage detector in training: one batch in, losses and gradients out.
///
/// Approximate joint training (Ren et al. 2015, section 3.2, iii): one forward pass through both stages, the proposals
/// taken as given, one backward pass in which the regions' gradients join the proposal network's in the maps.
public final class TrainableFasterRCNN: TrainableDetector {
  public let configuration: FasterRCNNConfiguration
  public let classes: [ModelFile.Label]
  public var parameters: ParameterStore
  public let parameterSpecifications: [ParameterSpecification]
  public var inputSize: ImageSize { configuration.inputSize }

  private let network: FasterRCNNNetwork
  private let trunk: Graph
  private let head: Graph
  private let preprocessing: Preprocessing
  private let origin: TrainingOrigin
  private let precision: TrainingPrecision
  private var plans: Plans?

  /// What is compiled for one batch size.
  private struct Plans {
    var trunk: TrainingPlan
    var head: TrainingPlan
    /// Nil where the detector has no masks.
    var masks: TrainingPlan?
    var anchors: AnchorGrid
    var allAnchors: [BoundingBox]
  }

  /// Starts from random weights, or from a backbone that another detector has trained.
  ///
  /// Throws a `ModelFileError` where the backbone is another network's.
  /// - Parameters:
  ///   - preprocessing: how images come in, at the configuration's size; nil for pixels from 0 to 1.
  ///   - origin: what the model file will say of where the weights came from.
  ///   - precision: in which numbers the network computes.
  public init(
    _ configuration: FasterRCNNConfiguration, classes: [ModelFile.Label], preprocessing: Preprocessing? = nil,
    backbone: BackboneWeights? = nil, origin: TrainingOrigin = TrainingOrigin(),
    precision: TrainingPrecision = .float32, using generator: inout some RandomNumberGenerator
  ) throws {
    network = FasterRCNNNetwork(configuration, classCount: classes.count)
    self.configuration = configuration
    self.precision = precision
    self.classes = classes
    trunk = network.trunk
    head = network.regionHead
    parameterSpecifications = network.parameters
    self.preprocessing =
      preprocessing?.fixed(to: configuration.inputSize)
      ?? Preprocessing(inputSize: configuration.inputSize, normalization: configuration.normalization)
    parameters = network.initialParameters(using: &generator)
    self.origin = TrainingOrigin(backbone: backbone?.fingerprint ?? origin.backbone, model: origin.model)
    try backbone?.replaceBackbone(in: &parameters)
  }

  public func trainingStep(
    images: [RGBImage], targets: [[LabelledBox]], generator: SeededGenerator
  ) throws -> TrainingStepResult {
    let plans = try plans(batchSize: images.count)
    let outputs = try propose(plans, images)
    let result = try learn(plans, outputs, draw(plans, outputs, targets: targets, generator: generator))
    if result.firstNonFiniteTensor == nil {
      plans.trunk.updateRunningStatistics(in: &parameters)
      plans.head.updateRunningStatistics(in: &parameters)
      plans.masks?.updateRunningStatistics(in: &parameters)
    }
    return result
  }

  /// What a step learns from.
  package struct Samples {
    /// One per image.
    package var anchors: [ProposalLoss.Sample]
    /// As many for each image as the configuration says.
    package var regions: [RegionSample]
    /// Of every image as many as the configuration says; none where the detector has no masks.
    package var masks: [RegionSample] = []
    /// What the semantic head's scores ought to be; none where the detector has none.
    package var labels: [LabelMap] = []
  }

  /// What ``trainingStep(images:targets:generator:)`` learns from.
  package func samples(
    images: [RGBImage], targets: [[LabelledBox]], generator: SeededGenerator
  ) throws -> Samples {
    let plans = try plans(batchSize: images.count)
    return draw(plans, try propose(plans, images), targets: targets, generator: generator)
  }

  /// A step with samples that are given, which leaves the running statistics alone: for differences of the losses, in
  /// which proposals and draws must not move.
  package func step(images: [RGBImage], samples: Samples) throws -> TrainingStepResult {
    let plans = try plans(batchSize: images.count)
    return try learn(plans, try propose(plans, images), samples)
  }

  /// What the trunk makes of a batch, beside the maps.
  private struct TrunkOutputs {
    var proposals: ProposalOutputs
    var semanticScores: Tensor?
  }

  private func propose(_ plans: Plans, _ images: [RGBImage]) throws -> TrunkOutputs {
    let batch = ImageBatch(images, preprocessing: preprocessing)
    var outputs = try plans.trunk.forward(parameters: parameters, filling: batch.write)
    let scores = configuration.semantics.isPredicted ? outputs.removeLast() : nil
    return TrunkOutputs(proposals: ProposalOutputs(outputs, anchors: plans.anchors), semanticScores: scores)
  }

  private func draw(
    _ plans: Plans, _ outputs: TrunkOutputs, targets: [[LabelledBox]], generator: SeededGenerator
  ) -> Samples {
    var generator = generator
    let labels =
      configuration.semantics.isPredicted ? targets.map { StuffTarget(size: inputSize).labels(of: $0) } : []
    let targets = targets.map { $0.filter { !$0.isStuff } }
    let anchors = targets.map {
      proposalLoss.sample(anchors: plans.allAnchors, targets: $0, using: &generator)
    }
    let regions = targets.indices.flatMap { image in
      regionSampler(
        proposals: filter(outputs.proposals, image: image), targets: targets[image], image: image, frame: frame,
        using: &generator)
    }
    let masks =
      plans.masks == nil
      ? []
      : regions.withMasks(perImage: configuration.masks.samplesPerImage, imageCount: targets.count)
    return Samples(anchors: anchors, regions: regions, masks: masks, labels: labels)
  }

  private func learn(_ plans: Plans, _ outputs: TrunkOutputs, _ samples: Samples) throws -> TrainingStepResult {
    let proposalValue = proposalLoss(outputs.proposals, samples: samples.anchors)
    let regionValue = try regionLosses(plans, samples.regions)
    let maskValue = try maskLosses(plans, samples.masks)
    let semanticValue = outputs.semanticScores.map { semanticLoss($0, samples.labels) }
    var losses = [
      LossTerm(name: "objectness", value: proposalValue.objectness),
      LossTerm(name: "proposal", value: proposalValue.box),
      LossTerm(name: "class", value: regionValue.classification), LossTerm(name: "box", value: regionValue.box),
    ]
    if let maskValue { losses.append(LossTerm(name: "mask", value: maskValue.value)) }
    if let semanticValue { losses.append(LossTerm(name: "semantic", value: semanticValue.value)) }
    guard losses.allSatisfy(\.value.isFinite) else {
      return TrainingStepResult(
        losses: losses, gradients: ParameterStore(),
        firstNonFiniteTensor: try plans.trunk.firstNonFiniteLayer() ?? plans.head.firstNonFiniteLayer()
          ?? plans.masks?.firstNonFiniteLayer() ?? "loss")
    }
    return TrainingStepResult(
      losses: losses,
      gradients: try backward(plans, samples, proposalValue, regionValue, maskValue, semanticValue?.gradient))
  }

  /// Cross-entropy over the pixels whose label is known.
  private func semanticLoss(_ scores: Tensor, _ labels: [LabelMap]) -> (value: Float, gradient: Tensor) {
    let loss = SegmentationLoss(
      classWeights: [Float](repeating: 1, count: configuration.semantics.scoreCount))
    let (terms, gradient) = loss.valueAndGradient(
      scores, labels: labels, weight: configuration.semantics.lossWeight)
    return (terms.reduce(0) { $0 + $1.value }, gradient)
  }

  /// Pools the regions, runs the head on them, and compares.
  private func regionLosses(_ plans: Plans, _ regions: [RegionSample]) throws -> RegionLoss.Value {
    let maps = (0..<network.mapCount).map { plans.trunk.blockedOutput($0) }
    let outputs = try plans.head.forward(parameters: parameters) { _ in
      network.pooling.pool(regions.map(\.region), from: maps, into: plans.head.blockedInput)
    }
    return RegionLoss(smoothL1: smoothL1, boxWeight: configuration.regions.boxLossWeight)(
      logits: outputs[0], deltas: outputs[1], samples: regions)
  }

  /// The same for the masks of objects; nil where the detector has none.
  private func maskLosses(_ plans: Plans, _ regions: [RegionSample]) throws -> MaskLoss.Value? {
    guard let plan = plans.masks else { return nil }
    let maps = (0..<network.mapCount).map { plans.trunk.blockedOutput($0) }
    let outputs = try plan.forward(parameters: parameters) { _ in
      network.maskPooling.pool(regions.map(\.region), from: maps, into: plan.blockedInput)
    }
    return MaskLoss(weight: configuration.masks.lossWeight)(logits: outputs[0], samples: regions)
  }

  /// From the heads' outputs through the pooled regions into the maps, and with the proposal network's through the trunk.
  private func backward(
    _ plans: Plans, _ samples: Samples, _ proposalValue: ProposalLoss.Value, _ regionValue: RegionLoss.Value,
    _ maskValue: MaskLoss.Value?, _ semanticGradient: Tensor?
  ) throws -> ParameterStore {
    let headGradients = try plans.head.backward([regionValue.logitGradient, regionValue.deltaGradient])
    let maskGradients = try maskValue.flatMap { try plans.masks?.backward([$0.gradient]) } ?? ParameterStore()
    let maps = (0..<network.mapCount).map { plans.trunk.blockedOutput($0) }
    let mapGradients = (0..<network.mapCount).map { plans.trunk.blockedOutputGradient($0) }
    for gradient in mapGradients { gradient.clear() }
    if let pooled = plans.head.blockedInputGradient {
      network.pooling.poolBackward(pooled, regions: samples.regions.map(\.region), into: mapGradients, maps: maps)
    }
    if let pooled = plans.masks?.blockedInputGradient {
      network.maskPooling.poolBackward(pooled, regions: samples.masks.map(\.region), into: mapGradients, maps: maps)
    }
    var gradients = try plans.trunk.backward(proposalValue.gradients + [semanticGradient].compactMap(\.self))
    for name in headGradients.names { gradients[name] = headGradients[name] }
    for name in maskGradients.names { gradients[name] = maskGradients[name] }
    return gradients
  }

  private var frame: BoundingBox {
    BoundingBox(x1: 0, y1: 0, x2: Double(inputSize.width), y2: Double(inputSize.height))
  }

  private var smoothL1: SmoothL1Loss { SmoothL1Loss(beta: configuration.regions.smoothL1Beta) }

  private var proposalLoss: ProposalLoss {
    let settings = configuration.proposals
    return ProposalLoss(
      matcher: AnchorMatcher(
        lowThreshold: settings.backgroundIoU, highThreshold: settings.objectIoU, allowsLowQualityMatches: true),
      sampler: BalancedSampler(count: settings.samplesPerImage, positiveFraction: settings.positiveFraction),
      smoothL1: smoothL1)
  }

  private var filter: ProposalFilter {
    let settings = configuration.proposals
    return ProposalFilter(
      candidates: settings.trainingCandidates, count: settings.trainingCount,
      suppressionIoU: settings.suppressionIoU, minimumSize: settings.minimumSize, minimumScore: settings.minimumScore,
      inputSize: inputSize)
  }

  private var regionSampler: RegionSampler {
    let settings = configuration.regions
    return RegionSampler(
      matcher: AnchorMatcher(
        lowThreshold: settings.objectIoU, highThreshold: settings.objectIoU, allowsLowQualityMatches: false),
      sampler: BalancedSampler(count: settings.samplesPerImage, positiveFraction: settings.positiveFraction))
  }

  public func makeDetector(parameters: ParameterStore, options: ModelOptions) throws -> any Detector {
    try FasterRCNNDetector(
      configuration, classes: classes, parameters: parameters, preprocessing: preprocessing, options: options)
  }

  public func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String
  ) throws {
    var file = try ModelFile(
      architecture: FasterRCNNDetector.architecture, configuration: configuration, classes: classes,
      preprocessing: preprocessing, parameters: parameters)
    file.provenance.note(origin, metrics: metrics, trainingDataHash: trainingDataHash)
    try file.write(to: path)
  }

  private func plans(batchSize: Int) throws -> Plans {
    if let plans, plans.trunk.inputShape[0] == batchSize { return plans }
    let regions = configuration.regions
    let trunkPlan = try TrainingPlan(
      trunk, inputShape: [batchSize, 3, inputSize.height, inputSize.width],
      zeroCopy: ZeroCopyBindings(outputs: Set(0..<network.mapCount)), precision: precision)
    func plan(_ graph: Graph, perImage: Int, side: Int) throws -> TrainingPlan {
      try TrainingPlan(
        graph, inputShape: [batchSize * perImage, configuration.pyramid.channels, side, side], needsInputGradient: true,
        zeroCopy: ZeroCopyBindings(input: true), precision: precision)
    }
    let headPlan = try plan(head, perImage: regions.samplesPerImage, side: regions.poolingSize)
    let masks = configuration.masks
    let maskPlan =
      try masks.isPredicted
      ? plan(network.maskHead, perImage: masks.samplesPerImage, side: masks.poolingSize) : nil
    let anchors = network.anchorGrid(trunkOutputs: trunkPlan.outputShapes, inputSize: inputSize)
    let made = Plans(
      trunk: trunkPlan, head: headPlan, masks: maskPlan, anchors: anchors, allAnchors: anchors.all)
    plans = made
    return made
  }
}
