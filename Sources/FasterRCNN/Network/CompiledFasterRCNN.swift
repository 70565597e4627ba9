import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// The compiled networks of a two-stage detector: the trunk's plans and the box head's at a fixed number of regions.
/// Regions are pooled from the trunk's memory into the head's; nothing is reordered or copied in between.
package final class CompiledFasterRCNN {
  /// Writes an input, row-major.
  package typealias InputWriter = (UnsafeMutableBufferPointer<Float>) throws -> Void

  /// What the trunk made of an image, in its own memory until it runs again.
  package struct Features {
    /// By level, finest first.
    package let maps: [BlockedMap]
    /// What the proposal network says of every anchor; nil in the modes without one.
    package let proposals: ProposalOutputs?
    /// Of every pixel of the input, 1 × (1 + stuff) × H × W; nil where there is no semantic head, and in the modes without the
    /// proposal network.
    package let semanticScores: Tensor?
  }

  let network: FasterRCNNNetwork
  private let mode: TwoStageMode
  private let sizesVary: Bool
  private let compilation: CompilationOptions
  private let precision: Precision
  private let compiled: CompiledOnce<TwoStagePlans>

  /// - Parameters:
  ///   - sizesVary: whether images come in other sizes than the configuration's; then the weights are kept, to compile
  ///     the trunk for a size when it comes.
  ///   - precision: of the trunk, and where it is bf16 of the head, which is computed in float32 else.
  package init(
    _ configuration: FasterRCNNConfiguration, classCount: Int, parameters: ParameterStore, mode: TwoStageMode,
    sizesVary: Bool = false, precision: Precision = .float32, compilation: CompilationOptions = CompilationOptions()
  ) throws {
    self.precision = precision
    self.compilation = compilation
    network = FasterRCNNNetwork(configuration, classCount: classCount)
    self.mode = mode
    self.sizesVary = sizesVary
    try network.trunk.check(parameters)
    try network.regionHead.check(parameters)
    if configuration.masks.isPredicted { try network.maskHead.check(parameters) }
    compiled = CompiledOnce(parameters)
  }

  /// Runs the trunk on an image.
  func computeFeatures(_ input: NetworkInput, _ times: inout StageTimes) throws -> Features {
    try computeFeatures(inputSize: input.size, filling: input.write, times: &times)
  }

  /// Runs the trunk on the input that `fill` writes, 1 × 3 × H × W.
  ///
  /// - Parameter inputSize: nil for the configuration's.
  package func computeFeatures(
    inputSize: ImageSize? = nil, filling fill: InputWriter, times: inout StageTimes
  ) throws -> Features {
    let size = inputSize ?? network.configuration.inputSize
    let trunk = try plans(first: size).trunks.plan(for: size)
    var outputs = try run(trunk.plan, filling: fill, &times)
    let hasScores = network.configuration.semantics.isPredicted && trunk.anchors != nil
    let scores = hasScores ? outputs.removeLast() : nil
    return Features(
      maps: maps(of: trunk), proposals: trunk.anchors.map { ProposalOutputs(outputs, anchors: $0) },
      semanticScores: scores)
  }

  /// Pools regions, pixels of the network's input, out of an image's features and runs the box head on them.
  package func runBoxHead(
    _ regions: [BoundingBox], _ features: Features, times: inout StageTimes
  ) throws -> BoxHeadOutput {
    let plans = try plans()
    var pooling = network.pooling
    if case .fastRCNN = mode { pooling.method = .roiPool }
    var output = BoxHeadOutput()
    for start in stride(from: 0, to: regions.count, by: plans.regionBatch) {
      let part = regions[start..<min(start + plans.regionBatch, regions.count)]
      times.measure(\.pooling) {
        pooling.pool(
          part.map { RegionOfInterest(box: $0, image: 0) }, from: features.maps, into: plans.head.blockedInput)
      }
      try appendHeadOutput(for: part, to: &output, plans.head, &times)
    }
    return output
  }

  func maps(of trunk: TrunkPlan) -> [BlockedMap] { (0..<network.mapCount).map(trunk.plan.blockedOutput) }

  func run(_ plan: InferencePlan, filling fill: InputWriter, _ times: inout StageTimes) throws -> [Tensor] {
    try times.measure(\.preparation) { try plan.writeInput(fill) }
    return try times.measure(\.trunk) { try plan.run() }
  }

  /// Runs the head on what has been pooled into its input.
  func appendHeadOutput(
    for regions: ArraySlice<BoundingBox>, to output: inout BoxHeadOutput, _ head: InferencePlan,
    _ times: inout StageTimes
  ) throws {
    let outputs = try times.measure(\.head) { try head.run() }
    output.regions += regions
    outputs[0].withUnsafeBufferPointer { output.logits += $0.prefix(regions.count * outputs[0].shape[1]) }
    outputs[1].withUnsafeBufferPointer { output.deltas += $0.prefix(regions.count * outputs[1].shape[1]) }
  }

  /// How many sizes of input the trunk is compiled for.
  package var compiledSizeCount: Int { compiled.compiled?.trunks.count ?? 0 }

  /// - Parameter size: what the first image has.
  func plans(first size: ImageSize? = nil) throws -> TwoStagePlans {
    try compiled.plans { parameters in
      try TwoStagePlans(
        network, mode: mode, parameters: parameters, inputSize: size ?? network.configuration.inputSize,
        sizesVary: sizesVary, compilation: compilation, precision: precision)
    }
  }
}

/// The box head's output for every region.
package struct BoxHeadOutput {
  /// Pixels of the network's input.
  package var regions: [BoundingBox] = []
  /// Row after row, 1 + classes each.
  package var logits: [Float] = []
  /// Row after row, 4(1 + classes) each.
  package var deltas: [Float] = []

  package init(regions: [BoundingBox] = [], logits: [Float] = [], deltas: [Float] = []) {
    (self.regions, self.logits, self.deltas) = (regions, logits, deltas)
  }
}
