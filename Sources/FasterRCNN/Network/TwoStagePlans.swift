import ComputeGraph
import ImageCodecs
import NetworkPlans
import Tensors

/// The compiled networks of a two-stage detector in one of its modes: trunk and proposal network as one plan for every
/// size of input, the head as a plan at a fixed number of regions.
final class TwoStagePlans {
  /// The head takes no more regions at a time: its weights are read anew for every batch, and its maps need memory.
  static let largestRegionBatch = 256
  /// Side of R-CNN's warped regions, pixels, and how many go through the network at once.
  static let warpedSide = 128
  static let warpedBatch = 4

  var trunks: TrunkPlans
  let head: InferencePlan
  /// Regions that the head takes at a time.
  let regionBatch: Int
  /// The mask head, and how many regions it takes at a time; nil where the detector has none.
  let masks: InferencePlan?
  static let maskBatch = 16

  /// - Parameters:
  ///   - inputSize: of the first image.
  ///   - sizesVary: whether images of other sizes may follow. R-CNN's regions never vary.
  ///   - precision: of the trunk, and where it is bf16 of the head.
  init(
    _ network: FasterRCNNNetwork, mode: TwoStageMode, parameters: consuming ParameterStore, inputSize: ImageSize,
    sizesVary: Bool, compilation: CompilationOptions, precision: Precision = .float32
  ) throws {
    let headParameters = Self.take(network.regionHead, from: &parameters)
    let configuration = network.configuration
    var graph = network.features
    var shape: TensorShape = [1, 3, inputSize.height, inputSize.width]
    // As many batches as needed, none of them with much room to spare.
    let most = configuration.proposals.count
    let batches = (most + Self.largestRegionBatch - 1) / Self.largestRegionBatch
    var regions = (most + batches - 1) / batches
    var keepsParameters = sizesVary
    switch mode {
    case .fasterRCNN: graph = network.trunk
    case .fastRCNN: break
    case .rCNN:
      shape = [Self.warpedBatch, 3, Self.warpedSide, Self.warpedSide]
      regions = Self.warpedBatch
      keepsParameters = false
    }
    regionBatch = regions
    func plan(_ graph: Graph, _ own: ParameterStore, regions: Int, side: Int) throws -> InferencePlan {
      try InferencePlan(
        graph, parameters: own, inputShape: [regions, configuration.pyramid.channels, side, side],
        options: .init(
          zeroCopy: ZeroCopyBindings(input: true), compilation: compilation,
          precision: precision == .bfloat16 ? .bfloat16 : .float32))
    }
    head = try plan(network.regionHead, headParameters, regions: regions, side: configuration.regions.poolingSize)
    if configuration.masks.isPredicted {
      let own = Self.take(network.maskHead, from: &parameters)
      // R-CNN's warped regions have no maps to cut masks out of.
      if case .rCNN = mode {
        masks = nil
      } else {
        masks = try plan(
          network.maskHead, own, regions: Self.maskBatch, side: configuration.masks.poolingSize)
      }
    } else {
      masks = nil
    }
    trunks = try TrunkPlans(
      graph, network: network, parameters: parameters, inputShape: shape, keepsParameters: keepsParameters,
      compilation: compilation, precision: precision)
  }

  /// A network's own parameters, which the store then lacks.
  private static func take(_ graph: Graph, from parameters: inout ParameterStore) -> ParameterStore {
    var own = ParameterStore()
    for specification in graph.parameters {
      own[specification.name] = parameters[specification.name]
      parameters[specification.name] = nil
    }
    return own
  }
}
