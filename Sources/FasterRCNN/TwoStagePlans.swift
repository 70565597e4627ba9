import NeuralNetwork
import Tensors

/// The compiled networks of a two-stage detector in one of its modes: trunk and proposal network as one plan, the head as
/// a plan at a fixed number of regions.
struct TwoStagePlans {
  /// Regions that the head takes at a time.
  static let regionBatch = 100
  /// Side of R-CNN's warped regions, pixels, and how many go through the network at once.
  static let warpedSide = 128
  static let warpedBatch = 4

  var trunk: InferencePlan
  var head: InferencePlan
  /// Where there is a proposal network.
  var anchors: AnchorGrid?

  init(_ network: FasterRCNNNetwork, mode: TwoStageMode, parameters: consuming ParameterStore) throws {
    var headParameters = ParameterStore()
    for specification in network.regionHead.parameters {
      headParameters[specification.name] = parameters[specification.name]
      parameters[specification.name] = nil
    }
    let configuration = network.configuration
    let size = configuration.inputSize
    let graph: Graph
    let shape: TensorShape
    let regions: Int
    switch mode {
    case .fasterRCNN: (graph, shape, regions) = (network.trunk, [1, 3, size.height, size.width], Self.regionBatch)
    case .fastRCNN: (graph, shape, regions) = (network.features, [1, 3, size.height, size.width], Self.regionBatch)
    case .rCNN:
      (graph, regions) = (network.features, Self.warpedBatch)
      shape = [Self.warpedBatch, 3, Self.warpedSide, Self.warpedSide]
    }
    let side = configuration.regions.poolingSize
    head = try InferencePlan(
      network.regionHead, parameters: headParameters,
      inputShape: [regions, configuration.pyramid.channels, side, side],
      options: .init(ports: BlockedPorts(input: true)))
    trunk = try InferencePlan(
      graph, parameters: parameters, inputShape: shape,
      options: .init(ports: BlockedPorts(outputs: Set(0..<network.mapCount))))
    if case .fasterRCNN = mode { anchors = network.anchorGrid(trunkOutputs: trunk.outputShapes) }
  }
}
