import DetectionUtilities
import Detectors
import ImageCodecs
import NeuralNetwork
import Tensors

/// The compiled stages of detection: the trunk's plan, the region pooling and the head's plan at a fixed number of
/// regions. Regions are pooled from the trunk's memory into the head's; nothing is reordered or copied in between.
package final class TwoStageNetwork {
  /// Writes an input, row-major.
  package typealias Filling = (UnsafeMutableBufferPointer<Float>) throws -> Void

  private let network: FasterRCNNNetwork
  private let mode: TwoStageMode
  private var state: State

  private struct Plans {
    var trunk: InferencePlan
    var head: InferencePlan
    var anchors: AnchorGrid?
  }

  private enum State {
    case parameters(ParameterStore)
    case plans(Plans)
    case failed(any Error)
  }

  /// Regions that the head takes at a time.
  private static let regionBatch = 100
  /// R-CNN's warped regions: side in pixels, those around the region itself, and how many go through the network at once.
  private static let warpedSide = 128
  private static let warpedContext = 8
  private static let warpedBatch = 4

  package init(
    _ configuration: FasterRCNNConfiguration, classCount: Int, parameters: ParameterStore, mode: TwoStageMode
  ) throws {
    network = FasterRCNNNetwork(configuration, classCount: classCount)
    self.mode = mode
    try network.trunk.check(parameters)
    try network.regionHead.check(parameters)
    state = .parameters(parameters)
  }

  /// Runs the trunk; returns what the proposal network proposes, best first.
  func proposals(_ batch: ImageBatch, times: inout StageTimes) throws -> [BoundingBox] {
    let outputs = try proposalOutputs(filling: batch.write, times: &times)
    return times.measure(\.proposals) { proposals(outputs) }
  }

  /// Runs the trunk on the input that `fill` writes, 1 × 3 × H × W; returns what the proposal network says of every
  /// anchor.
  package func proposalOutputs(filling fill: Filling, times: inout StageTimes) throws -> ProposalOutputs {
    let plans = try plans()
    guard let anchors = plans.anchors else { preconditionFailure("this mode has no proposal network") }
    return ProposalOutputs(try run(plans.trunk, filling: fill, &times), anchors: anchors)
  }

  /// What the proposal network proposes, best first.
  package func proposals(_ outputs: ProposalOutputs) -> [BoundingBox] {
    let settings = network.configuration.proposals
    return ProposalFilter(
      candidates: settings.candidates, count: settings.count, suppressionIoU: settings.suppressionIoU,
      minimumSize: settings.minimumSize, inputSize: network.configuration.inputSize
    )(outputs, image: 0)
  }

  /// Runs the trunk for regions that come from elsewhere.
  func look(at batch: ImageBatch, times: inout StageTimes) throws {
    _ = try run(try plans().trunk, filling: batch.write, &times)
  }

  /// What the trunk made of its last input, in its own memory.
  package func maps() throws -> [BlockedMap] {
    let trunk = try plans().trunk
    return (0..<network.mapCount).map(trunk.blockedOutput)
  }

  /// Runs the head on regions of the image that the trunk saw last; pixels of the network's input.
  package func judge(_ regions: [BoundingBox], times: inout StageTimes) throws -> RegionAnswers {
    let plans = try plans()
    var pooling = network.pooling
    if case .fastRCNN = mode { pooling.method = .roiPool }
    let maps = try maps()
    var answers = RegionAnswers()
    for start in stride(from: 0, to: regions.count, by: Self.regionBatch) {
      let part = regions[start..<min(start + Self.regionBatch, regions.count)]
      times.measure(\.pooling) {
        pooling.pool(part.map { RegionOfInterest(box: $0, image: 0) }, from: maps, into: plans.head.blockedInput)
      }
      try add(part, to: &answers, plans.head, &times)
    }
    return answers
  }

  /// Runs every region through the whole network, warped to one size with a little of its surroundings.
  ///
  /// - Parameters:
  ///   - regions: pixels of the image.
  ///   - targets: the same in pixels of the network's input, to which the answers refer.
  func judgeWarped(
    _ regions: [BoundingBox], of image: RGBImage, as targets: [BoundingBox], preprocessing: Preprocessing,
    times: inout StageTimes
  ) throws -> RegionAnswers {
    let plans = try plans()
    let side = Double(Self.warpedSide)
    let context = Double(Self.warpedContext)
    let inner = BoundingBox(x1: context, y1: context, x2: side - context, y2: side - context)
    let maps = try maps()
    var warping = preprocessing
    warping.inputSize = ImageSize(width: Self.warpedSide, height: Self.warpedSide)
    var answers = RegionAnswers()
    for start in stride(from: 0, to: regions.count, by: Self.warpedBatch) {
      let part = regions[start..<min(start + Self.warpedBatch, regions.count)]
      let batch = times.measure(\.preparation) {
        var crops = part.map { image.warped($0, side: Self.warpedSide, context: Self.warpedContext) }
        while crops.count < Self.warpedBatch { crops.append(crops[0]) }
        return ImageBatch(crops, preprocessing: warping)
      }
      _ = try run(plans.trunk, filling: batch.write, &times)
      times.measure(\.pooling) {
        network.pooling.pool(
          part.indices.map { RegionOfInterest(box: inner, image: $0 - start) }, from: maps,
          into: plans.head.blockedInput)
      }
      try add(targets[part.indices], to: &answers, plans.head, &times)
    }
    return answers
  }

  private func run(
    _ plan: InferencePlan, filling fill: Filling, _ times: inout StageTimes
  ) throws -> [Tensor] {
    try times.measure(\.trunk) { try plan.run(filling: fill) }
  }

  private func add(
    _ regions: ArraySlice<BoundingBox>, to answers: inout RegionAnswers, _ head: InferencePlan,
    _ times: inout StageTimes
  ) throws {
    let outputs = try times.measure(\.head) { try head.run() }
    answers.regions += regions
    outputs[0].withUnsafeBufferPointer { answers.logits += $0.prefix(regions.count * outputs[0].shape[1]) }
    outputs[1].withUnsafeBufferPointer { answers.deltas += $0.prefix(regions.count * outputs[1].shape[1]) }
  }

  /// Compiles the network when it is first used. From then on its weights live in the plans alone.
  private func plans() throws -> Plans {
    switch state {
    case .plans(let plans): return plans
    case .failed(let error): throw error
    case .parameters: break
    }
    do {
      let plans = try makePlans(takeParameters())
      state = .plans(plans)
      return plans
    } catch {
      state = .failed(error)
      throw error
    }
  }

  private func makePlans(_ parameters: consuming ParameterStore) throws -> Plans {
    var headParameters = ParameterStore()
    for specification in network.regionHead.parameters {
      headParameters[specification.name] = parameters[specification.name]
      parameters[specification.name] = nil
    }
    let configuration = network.configuration
    let pooled = configuration.regions.poolingSize
    let isWarped = if case .rCNN = mode { true } else { false }
    let head = try InferencePlan(
      network.regionHead, parameters: headParameters,
      inputShape: [isWarped ? Self.warpedBatch : Self.regionBatch, configuration.pyramid.channels, pooled, pooled],
      options: .init(ports: BlockedPorts(input: true)))
    let maps = BlockedPorts(outputs: Set(0..<network.mapCount))
    var graph = network.trunk
    var shape: TensorShape = [1, 3, configuration.inputSize.height, configuration.inputSize.width]
    if case .fasterRCNN = mode {} else { graph = network.features }
    if isWarped { shape = [Self.warpedBatch, 3, Self.warpedSide, Self.warpedSide] }
    let trunk = try InferencePlan(graph, parameters: parameters, inputShape: shape, options: .init(ports: maps))
    guard case .fasterRCNN = mode else { return Plans(trunk: trunk, head: head) }
    return Plans(trunk: trunk, head: head, anchors: network.anchorGrid(trunkOutputs: trunk.outputShapes))
  }

  /// Hands the weights over, without a second reference that would make changing them a copy.
  private func takeParameters() -> ParameterStore {
    guard case .parameters(let parameters) = state else { preconditionFailure("the network is compiled once") }
    state = .parameters(ParameterStore())
    return parameters
  }
}
