import CPUKernels
import ComputeGraph
import Foundation
import KernelTesting
import TensorTesting
import Tensors

/// A graph run in double precision with plain loops: the definition that plans are compared with.
///
/// Knows graphs as layers build them, before any pass.
package struct ReferenceNetwork {
  package typealias Parameters = [String: [Double]]

  package let graph: Graph
  package let shapes: [TensorShape]
  /// Batch statistics and dropout, or running statistics and none.
  package let isTraining: Bool
  /// By node.
  private var masks: [Int: [Double]] = [:]

  /// `generator` draws the dropout masks as a ``TrainingPlan`` does in its first forward pass.
  package init(
    _ graph: Graph, inputShape: TensorShape, isTraining: Bool,
    generator: (any RandomNumberGenerator)? = nil
  ) throws {
    self.graph = graph
    self.isTraining = isTraining
    shapes = try graph.shapes(input: inputShape)
    guard isTraining, var generator else { return }
    for (index, node) in graph.nodes.enumerated() {
      guard let dropout = node.operation as? DropoutOperation else { continue }
      masks[index] = Self.mask(shapes[index], rate: dropout.rate, using: &generator)
    }
  }

  package func outputs(_ input: [Double], _ parameters: Parameters) -> [[Double]] {
    var values: [[Double]] = []
    for (index, node) in graph.nodes.enumerated() {
      values.append(value(index, node, node.inputs.map { values[$0] }, input, parameters))
    }
    return graph.outputs.map { values[$0] }
  }

  private func value(
    _ index: Int, _ node: Graph.Node, _ inputs: [[Double]], _ images: [Double], _ parameters: Parameters
  ) -> [Double] {
    let shape = shapes[index]
    let source = node.inputs.first.map { shapes[$0] } ?? shape
    func parameter(_ name: String) -> [Double] { parameters[name] ?? [] }
    switch node.operation {
    case is InputOperation: return images
    case let layer as ConvolutionOperation:
      return plainConvolution(
        layer.geometry, inputs[0], source, parameter(layer.weight), layer.bias.map(parameter), destination: shape)
    case let layer as BatchNormalizationOperation: return normalised(layer, inputs[0], shape, parameters)
    case let layer as InnerProductOperation:
      return plainInnerProduct(inputs[0], source, parameter(layer.weight), layer.bias.map(parameter), shape)
    case let layer as PoolingOperation: return plainPooling(layer.geometry, inputs[0], source, shape)
    case let layer as L2PoolingOperation: return plainL2Pooling(layer, inputs[0], source, shape)
    case is GlobalAveragePoolingOperation:
      let area = source[2] * source[3]
      return (0..<shape.elementCount).map { inputs[0][$0 * area..<($0 + 1) * area].reduce(0, +) / Double(area) }
    case let layer as ActivationOperation: return inputs[0].map { plainActivation(layer.activation, $0) }
    case is SoftmaxOperation: return plainSoftmax(inputs[0], shape)
    case let layer as UpsamplingOperation:
      return (0..<shape.elementCount).map { element in
        let (column, row) = (element % shape[3] / layer.factor, element / shape[3] % shape[2] / layer.factor)
        return inputs[0][(element / (shape[2] * shape[3]) * source[2] + row) * source[3] + column]
      }
    case is ConcatenationOperation:
      return (0..<shape[0]).flatMap { image in
        inputs.flatMap { part in
          let count = part.count / shape[0]
          return part[image * count..<(image + 1) * count]
        }
      }
    case is AdditionOperation: return zip(inputs[0], inputs[1]).map(+)
    case is MultiplicationOperation:
      let shared = inputs[0].count / inputs[1].count
      return inputs[0].enumerated().map { $1 * inputs[1][$0 / shared] }
    case let layer as ChannelSliceOperation:
      let area = source[2] * source[3]
      return (0..<source[0]).flatMap { image -> ArraySlice<Double> in
        let start = (image * source[1] + layer.first) * area
        return inputs[0][start..<start + layer.count * area]
      }
    case let layer as RearrangementOperation: return plainRearrangement(layer.rearrangement, inputs[0], source, shape)
    case let layer as AdaptiveAveragePoolingOperation:
      return plainAdaptiveAveragePooling(layer, inputs[0], source, shape)
    case is BilinearResizingOperation: return plainBilinearResizing(inputs[0], source, shape)
    case let layer as CroppingOperation:
      let (top, left) = layer.part == .first ? (0, 0) : ((source[2] - shape[2]) / 2, (source[3] - shape[3]) / 2)
      return (0..<shape.elementCount).map { element in
        let (column, row) = (left + element % shape[3], top + element / shape[3] % shape[2])
        return inputs[0][(element / (shape[2] * shape[3]) * source[2] + row) * source[3] + column]
      }
    case is FlattenOperation: return inputs[0]
    case is DropoutOperation: return masks[index].map { zip(inputs[0], $0).map(*) } ?? inputs[0]
    case let layer as LocalResponseNormalizationOperation:
      return plainLocalResponseNormalization(layer, inputs[0], shape)
    default: preconditionFailure("\(node.operation.title) has no plain loop")
    }
  }

  private func normalised(
    _ layer: BatchNormalizationOperation, _ x: [Double], _ shape: TensorShape, _ parameters: Parameters
  ) -> [Double] {
    let area = shape[2] * shape[3]
    var mean = parameters[layer.runningMean] ?? []
    var variance = parameters[layer.runningVariance] ?? []
    if isTraining { (mean, variance) = batchStatistics(x, shape) }
    let scale = parameters[layer.scale] ?? []
    let shift = parameters[layer.shift] ?? []
    return x.enumerated().map { element, value in
      let channel = element / area % shape[1]
      let deviation = (variance[channel] + Double(layer.epsilon)).squareRoot()
      return (value - mean[channel]) / deviation * scale[channel] + shift[channel]
    }
  }

  /// The masks in the order of the plan's memory, where channels lie in blocks.
  private static func mask(
    _ shape: TensorShape, rate: Float, using generator: inout any RandomNumberGenerator
  ) -> [Double] {
    let block = shape.rank == 4 ? OneDNN.channelBlock : 1
    let blocks = (shape[1] + block - 1) / block
    let area = shape.rank == 4 ? shape[2] * shape[3] : 1
    var sequence = SeededGenerator(seed: generator.next())
    let drawn = (0..<shape[0] * blocks * area * block).map { _ in
      Double(sequence.next() >> 32) < Double(rate) * 0x1p32 ? 0 : Double(1 / (1 - rate))
    }
    return (0..<shape.elementCount).map { element in
      let (image, channel) = (element / area / shape[1], element / area % shape[1])
      return drawn[((image * blocks + channel / block) * area + element % area) * block + channel % block]
    }
  }
}

/// Mean and biased variance of each channel.
package func batchStatistics(_ x: [Double], _ shape: TensorShape) -> (mean: [Double], variance: [Double]) {
  let area = shape[2] * shape[3]
  let samples = Double(shape[0] * area)
  var mean = [Double](repeating: 0, count: shape[1])
  var variance = mean
  for (element, value) in x.enumerated() { mean[element / area % shape[1]] += value / samples }
  for (element, value) in x.enumerated() {
    let channel = element / area % shape[1]
    variance[channel] += (value - mean[channel]) * (value - mean[channel]) / samples
  }
  return (mean, variance)
}
