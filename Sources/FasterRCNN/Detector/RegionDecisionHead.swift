import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// What a two-stage detector decides from its trunk's outputs, the maps and the proposal network's.
///
/// A score goes back through the head and the pooling of its region into the maps. That the region is where it is, is taken
/// as given, as in training.
public struct RegionDecisionHead: DecisionHead {
  private let network: FasterRCNNNetwork
  private let head: Graph
  private let parameters: ParameterStore

  /// - Parameter parameters: of the whole detector.
  public init(_ network: FasterRCNNNetwork, parameters: ParameterStore) {
    self.network = network
    (head, self.parameters) = network.regionHead.freezingNormalization(parameters)
  }

  public func decisions(_ outputs: [Tensor], options: DetectionOptions) throws -> [Decision] {
    try decided(outputs, options: options).map { .object($0) }
  }

  public func scoreGradient(of decision: Decision, outputs: [Tensor]) throws -> [Tensor]? {
    guard case .object(let detection) = decision else { return nil }
    let judged = try judged(outputs)
    guard let region = region(of: detection, judged, outputs) else { return nil }
    let maps = maps(outputs)
    let plan = try TrainingPlan(
      head, inputShape: inputShape(regions: 1), needsInputGradient: true, zeroCopy: ZeroCopyBindings(input: true))
    let regions = [RegionOfInterest(box: region, image: 0)]
    let judgement = try plan.forward(parameters: parameters) { _ in
      network.pooling.pool(regions, from: maps, into: plan.blockedInput)
    }
    _ = try plan.backward([
      Self.scoreGradient(judgement[0], label: 1 + detection.classIndex), Tensor(zeros: judgement[1].shape),
    ])
    let gradients = maps.map { BlockedMap(zeros: $0.shape) }
    if let pooled = plan.blockedInputGradient {
      network.pooling.poolBackward(pooled, regions: regions, into: gradients, maps: maps)
    }
    return gradients.map(\.tensor) + outputs.dropFirst(network.mapCount).map { Tensor(zeros: $0.shape) }
  }

  /// ∂p[label]/∂z = p[label] · (δ − p).
  private static func scoreGradient(_ logits: Tensor, label: Int) -> Tensor {
    let shares = CrossEntropyLoss.softmax(logits.values.map(Double.init))
    return Tensor(
      shape: logits.shape,
      values: shares.enumerated().map { Float(shares[label] * (($0 == label ? 1 : 0) - $1)) })
  }

  private func decided(_ outputs: [Tensor], options: DetectionOptions) throws -> [Detection] {
    RegionDecoder(classCount: network.classCount, inputSize: inputSize(outputs), options: options)(try judged(outputs))
  }

  /// The region whose box of its class this is. It is decoded as for detection, so that equal boxes are equal.
  private func region(of detection: Detection, _ judged: BoxHeadOutput, _ outputs: [Tensor]) -> BoundingBox? {
    let options = DetectionOptions(confidence: 0, iou: 1, maximumDetections: .max)
    let decoder = RegionDecoder(classCount: network.classCount, inputSize: inputSize(outputs), options: options)
    let (scores, deltas) = (1 + network.classCount, 4 * (1 + network.classCount))
    return judged.regions.indices.first { index in
      let one = BoxHeadOutput(
        regions: [judged.regions[index]], logits: Array(judged.logits[index * scores..<(index + 1) * scores]),
        deltas: Array(judged.deltas[index * deltas..<(index + 1) * deltas]))
      return decoder(one).contains { $0.classIndex == detection.classIndex && $0.box == detection.box }
    }.map { judged.regions[$0] }
  }

  /// What the head says of every proposal.
  private func judged(_ outputs: [Tensor]) throws -> BoxHeadOutput {
    var configuration = network.configuration
    configuration.inputSize = inputSize(outputs)
    let anchors = network.anchorGrid(trunkOutputs: outputs.map(\.shape), inputSize: configuration.inputSize)
    let proposals = ProposalOutputs(Array(outputs.dropFirst(network.mapCount)), anchors: anchors)
    let regions = ProposalStage(.proposalNetwork, configuration: configuration).select(proposals)
    if regions.isEmpty { return BoxHeadOutput() }
    let plan = try InferencePlan(
      head, parameters: parameters, inputShape: inputShape(regions: regions.count),
      options: .init(zeroCopy: ZeroCopyBindings(input: true)))
    network.pooling.pool(
      regions.map { RegionOfInterest(box: $0, image: 0) }, from: maps(outputs), into: plan.blockedInput)
    let judgement = try plan.run()
    return BoxHeadOutput(regions: regions, logits: judgement[0].values, deltas: judgement[1].values)
  }

  private func maps(_ outputs: [Tensor]) -> [BlockedMap] {
    outputs.prefix(network.mapCount).map { BlockedMap(copying: $0) }
  }

  private func inputShape(regions: Int) -> TensorShape {
    let side = network.configuration.regions.poolingSize
    return [regions, network.configuration.pyramid.channels, side, side]
  }

  /// Of the network's input, whose sides are multiples of the finest map's stride.
  private func inputSize(_ outputs: [Tensor]) -> ImageSize {
    let stride = network.configuration.strides[0]
    return ImageSize(width: outputs[0].shape[3] * stride, height: outputs[0].shape[2] * stride)
  }
}
