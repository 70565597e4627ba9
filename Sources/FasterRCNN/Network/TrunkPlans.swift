import ComputeGraph
import ImageCodecs
import NetworkPlans
import Tensors

/// The trunk compiled for one shape of input.
struct TrunkPlan {
  var inputShape: TensorShape
  var plan: InferencePlan
  /// Where there is a proposal network.
  var anchors: AnchorGrid?

  init(
    _ graph: Graph, network: FasterRCNNNetwork, parameters: consuming ParameterStore, inputShape: TensorShape,
    compilation: CompilationOptions, precision: Precision
  ) throws {
    let mapCount = network.mapCount
    self.inputShape = inputShape
    plan = try InferencePlan(
      graph, parameters: parameters, inputShape: inputShape,
      options: .init(
        zeroCopy: ZeroCopyBindings(outputs: Set(0..<mapCount)), compilation: compilation, precision: precision))
    if plan.outputShapes.count > mapCount {
      anchors = network.anchorGrid(
        trunkOutputs: plan.outputShapes, inputSize: ImageSize(width: inputShape[3], height: inputShape[2]))
    }
  }
}

/// The trunk compiled for the sizes in which images come: for one that never changes, or for the last few.
struct TrunkPlans {
  /// Most sizes at a time. A plan holds its activations, and those weights that another form suits better.
  static let capacity = 3

  private let graph: Graph
  private let network: FasterRCNNNetwork
  private let compilation: CompilationOptions
  private let precision: Precision
  /// nil where the size never changes: then the weights live in the plan alone.
  private let parameters: ParameterStore?
  /// Last used first.
  private var plans: [TrunkPlan]

  /// Compiles the trunk for a first shape.
  ///
  /// - Parameter keepsParameters: whether other shapes may follow.
  init(
    _ graph: Graph, network: FasterRCNNNetwork, parameters: consuming ParameterStore, inputShape: TensorShape,
    keepsParameters: Bool, compilation: CompilationOptions, precision: Precision
  ) throws {
    self.compilation = compilation
    self.precision = precision
    self.graph = graph
    self.network = network
    self.parameters = keepsParameters ? parameters : nil
    plans = [
      try TrunkPlan(
        graph, network: network, parameters: parameters, inputShape: inputShape, compilation: compilation,
        precision: precision)
    ]
  }

  /// The plan that was last asked for.
  var latest: TrunkPlan { plans[0] }
  /// How many sizes are compiled.
  var count: Int { plans.count }

  /// The plan for a size, compiled where it is not there. The one that was not used for longest makes room for it.
  mutating func plan(for size: ImageSize) throws -> TrunkPlan {
    var shape = latest.inputShape
    shape[2] = size.height
    shape[3] = size.width
    if let index = plans.firstIndex(where: { $0.inputShape == shape }) {
      plans.insert(plans.remove(at: index), at: 0)
      return latest
    }
    guard let parameters else { preconditionFailure("the network is compiled for \(latest.inputShape) only") }
    if plans.count >= Self.capacity { plans.removeLast() }
    plans.insert(
      try TrunkPlan(
        graph, network: network, parameters: parameters, inputShape: shape, compilation: compilation,
        precision: precision),
      at: 0)
    return latest
  }
}
