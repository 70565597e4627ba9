import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Tensors

extension FasterRCNNNetwork {
  /// How regions are cut out of the maps.
  public var pooling: RegionPooling {
    let regions = configuration.regions
    return RegionPooling(
      method: regions.pooling, outputSize: regions.poolingSize, samplingRatio: regions.samplingRatio,
      strides: configuration.strides.map(Double.init))
  }

  /// - Parameters:
  ///   - trunkOutputs: the shapes of ``trunk``'s outputs.
  ///   - inputSize: of the images that they were computed for.
  func anchorGrid(trunkOutputs: [TensorShape], inputSize: ImageSize) -> AnchorGrid {
    let end = trunkOutputs.count - (configuration.semantics.isPredicted ? 1 : 0)
    let objectness = stride(from: mapCount, to: end, by: 2).map { trunkOutputs[$0] }
    return AnchorGrid(
      anchors, inputSize: inputSize, maps: objectness.map { (rows: $0[2], columns: $0[3]) })
  }

  /// Random weights of both networks.
  ///
  /// Convolutions as `Graph.initialParameters(using:)` has them; the proposal network and the predictors small, as
  /// in the papers (standard deviation 0.01); fully connected layers by their inputs, which keeps the signal's size.
  public func initialParameters(using generator: inout some RandomNumberGenerator) -> ParameterStore {
    var store = trunk.initialParameters(using: &generator)
    let head = regionHead.initialParameters(using: &generator)
    for name in head.names { store[name] = head[name] }
    if configuration.masks.isPredicted {
      let masks = maskHead.initialParameters(using: &generator)
      for name in masks.names { store[name] = masks[name] }
    }
    let small =
      proposalConvolutionNames
      + ["rpn.head.cls_logits", "rpn.head.bbox_pred", Self.classPredictor, Self.boxPredictor]
      + (configuration.masks.isPredicted ? [Self.maskPredictor] : [])
    for layer in small { rescale(&store, "\(layer).weight") { _ in 0.01 } }
    for layer in fullyConnectedNames {
      rescale(&store, "\(layer).weight") { shape in (2 / Double(shape[1])).squareRoot() }
    }
    return store
  }

  /// Gives a weight that was drawn with variance 2 / fan-out another standard deviation.
  private func rescale(_ store: inout ParameterStore, _ name: String, to deviation: (TensorShape) -> Double) {
    store.update(name) { tensor in
      let shape = tensor.shape
      let fanOut = shape[0] * (shape.rank == 4 ? shape[2] * shape[3] : 1)
      let factor = Float(deviation(shape) / (2 / Double(fanOut)).squareRoot())
      tensor.withUnsafeMutableBufferPointer { values in
        for index in values.indices { values[index] *= factor }
      }
    }
  }
}
