import DetectionUtilities
import Detectors
import ImageCodecs
import NeuralNetwork
import Tensors

/// The compiled stages of detection: the trunk's plans, the region pooling and the head's plan at a fixed number of
/// regions. Regions are pooled from the trunk's memory into the head's; nothing is reordered or copied in between.
package final class TwoStageNetwork {
  /// Writes an input, row-major.
  package typealias Filling = (UnsafeMutableBufferPointer<Float>) throws -> Void

  let network: FasterRCNNNetwork
  var effort = PlanEffort()
  private let mode: TwoStageMode
  private let sizesVary: Bool
  private let precision: Precision
  private var state: State

  private enum State {
    case parameters(ParameterStore)
    case plans(TwoStagePlans)
    case failed(any Error)
  }

  /// - Parameters:
  ///   - sizesVary: whether images come in other sizes than the configuration's; then the weights are kept, to compile
  ///     the trunk for a size when it comes.
  ///   - precision: of the trunk; the head is computed in float32.
  package init(
    _ configuration: FasterRCNNConfiguration, classCount: Int, parameters: ParameterStore, mode: TwoStageMode,
    sizesVary: Bool = false, precision: Precision = .float32
  ) throws {
    self.precision = precision
    network = FasterRCNNNetwork(configuration, classCount: classCount)
    self.mode = mode
    self.sizesVary = sizesVary
    try network.trunk.check(parameters)
    try network.regionHead.check(parameters)
    state = .parameters(parameters)
  }

  /// Runs the trunk; returns what the proposal network proposes, best first.
  func proposals(_ batch: ImageBatch, times: inout StageTimes) throws -> [BoundingBox] {
    let outputs = try proposalOutputs(inputSize: batch.inputSize, filling: batch.write, times: &times)
    return times.measure(\.proposals) { proposals(outputs, clippedTo: batch.transforms[0].clippingSize) }
  }

  /// Runs the trunk on the input that `fill` writes, 1 × 3 × H × W; returns what the proposal network says of every
  /// anchor.
  ///
  /// - Parameter inputSize: nil for the configuration's.
  package func proposalOutputs(
    inputSize: ImageSize? = nil, filling fill: Filling, times: inout StageTimes
  ) throws -> ProposalOutputs {
    let trunk = try trunk(for: inputSize)
    guard let anchors = trunk.anchors else { preconditionFailure("this mode has no proposal network") }
    return ProposalOutputs(try run(trunk.plan, filling: fill, &times), anchors: anchors)
  }

  /// What the proposal network proposes, best first.
  ///
  /// - Parameter size: the part of the input that the image takes; nil for all of it.
  package func proposals(_ outputs: ProposalOutputs, clippedTo size: ImageSize? = nil) -> [BoundingBox] {
    let settings = network.configuration.proposals
    return ProposalFilter(
      candidates: settings.candidates, count: settings.count, suppressionIoU: settings.suppressionIoU,
      minimumSize: settings.minimumSize, minimumScore: settings.minimumScore,
      inputSize: size ?? network.configuration.inputSize
    )(outputs, image: 0)
  }

  /// Runs the trunk for regions that come from elsewhere.
  func look(at batch: ImageBatch, times: inout StageTimes) throws {
    _ = try run(try trunk(for: batch.inputSize).plan, filling: batch.write, &times)
  }

  /// What the trunk made of its last input, in its own memory.
  package func maps() throws -> [BlockedMap] {
    let trunk = try plans().trunks.latest.plan
    return (0..<network.mapCount).map(trunk.blockedOutput)
  }

  /// Runs the head on regions of the image that the trunk saw last; pixels of the network's input.
  package func judge(_ regions: [BoundingBox], times: inout StageTimes) throws -> RegionAnswers {
    let plans = try plans()
    var pooling = network.pooling
    if case .fastRCNN = mode { pooling.method = .roiPool }
    let maps = try maps()
    var answers = RegionAnswers()
    for start in stride(from: 0, to: regions.count, by: plans.regionBatch) {
      let part = regions[start..<min(start + plans.regionBatch, regions.count)]
      times.measure(\.pooling) {
        pooling.pool(part.map { RegionOfInterest(box: $0, image: 0) }, from: maps, into: plans.head.blockedInput)
      }
      try add(part, to: &answers, plans.head, &times)
    }
    return answers
  }

  func run(
    _ plan: InferencePlan, filling fill: Filling, _ times: inout StageTimes
  ) throws -> [Tensor] {
    var clock = StageClock()
    var filling = 0.0
    let outputs = try plan.run { input in
      try fill(input)
      filling = clock.lap()
    }
    times.preparation += filling
    times.trunk += clock.lap()
    return outputs
  }

  /// Runs the head on what has been pooled into its input.
  func add(
    _ regions: ArraySlice<BoundingBox>, to answers: inout RegionAnswers, _ head: InferencePlan,
    _ times: inout StageTimes
  ) throws {
    let outputs = try times.measure(\.head) { try head.run() }
    answers.regions += regions
    outputs[0].withUnsafeBufferPointer { answers.logits += $0.prefix(regions.count * outputs[0].shape[1]) }
    outputs[1].withUnsafeBufferPointer { answers.deltas += $0.prefix(regions.count * outputs[1].shape[1]) }
  }

  /// How many sizes of input the trunk is compiled for.
  package var compiledSizeCount: Int {
    if case .plans(let plans) = state { plans.trunks.count } else { 0 }
  }

  private func trunk(for size: ImageSize?) throws -> TrunkPlan {
    let size = size ?? network.configuration.inputSize
    return try plans(first: size).trunks.plan(for: size)
  }

  /// Compiles the network when it is first used. From then on its weights live in the plans alone, unless sizes vary.
  ///
  /// - Parameter size: what the first image has.
  func plans(first size: ImageSize? = nil) throws -> TwoStagePlans {
    switch state {
    case .plans(let plans): return plans
    case .failed(let error): throw error
    case .parameters: break
    }
    do {
      let plans = try TwoStagePlans(
        network, mode: mode, parameters: takeParameters(), inputSize: size ?? network.configuration.inputSize,
        sizesVary: sizesVary, effort: effort, precision: precision)
      state = .plans(plans)
      return plans
    } catch {
      state = .failed(error)
      throw error
    }
  }

  /// Hands the weights over, without a second reference that would make changing them a copy.
  private func takeParameters() -> ParameterStore {
    guard case .parameters(let parameters) = state else { preconditionFailure("the network is compiled once") }
    state = .parameters(ParameterStore())
    return parameters
  }
}
