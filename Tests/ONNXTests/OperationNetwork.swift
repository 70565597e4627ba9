import ComputeGraph
import TensorTesting
import Tensors
import Testing

/// A small network that holds some of the operations; together they hold all.
struct OperationNetwork: Sendable, CustomTestStringConvertible {
  var name: String
  var channels = 6
  var height = 8
  var width = 10
  var network: @Sendable (Value) -> [Value]

  var testDescription: String { name }
  var graph: Graph { Graph(inputChannels: channels, network) }

  func inputShape(batch: Int) -> TensorShape { [batch, channels, height, width] }

  /// Random values for everything, running statistics included.
  var parameters: ParameterStore {
    var generator = SeededGenerator(seed: 2)
    var store = ParameterStore()
    for specification in graph.parameters {
      let shape = specification.shape
      switch specification.role {
      case .weight:
        // About the same size in as out.
        let bound = (3 / Float(shape.elementCount / shape[0])).squareRoot()
        store[specification.name] = generator.tensor(shape, in: -bound...bound)
      case .bias, .shift, .runningMean: store[specification.name] = generator.tensor(shape, in: -0.5...0.5)
      case .scale, .runningVariance: store[specification.name] = generator.tensor(shape, in: 0.5...1.5)
      }
    }
    return store
  }
}

extension OperationNetwork {
  static let all: [OperationNetwork] = [
    OperationNetwork(name: "convolutions", channels: 4) { images in
      let strided = convolution("c1", 4, 8, stride: 2)(images)
      let grouped = Convolution("c2", inputChannels: 8, outputChannels: 12, kernelSize: 3, padding: 1, groups: 2)
      let depthwise = Convolution(
        "c3", inputChannels: 12, outputChannels: 12, kernelSize: 3, padding: 2, dilation: 2, groups: 12, hasBias: false)
      return [grouped(strided), depthwise(grouped(strided)).relu(slope: 0.1)]
    },
    OperationNetwork(name: "transposed-convolutions") { images in
      let doubled = ConvolutionGeometry(
        inputChannels: 6, outputChannels: 8, kernelSize: 3, stride: 2, padding: 1, isTransposed: true, outputPadding: 1)
      let grouped = ConvolutionGeometry(
        inputChannels: 8, outputChannels: 12, kernelSize: 2, stride: 2, groups: 2, isTransposed: true)
      let x = normalization("n", 8, Convolution("t1", geometry: doubled, hasBias: false)(images)).silu()
      return [Convolution("t2", geometry: grouped, hasBias: true)(x)]
    },
    OperationNetwork(name: "resizing", height: 9, width: 11) { images in
      let x = convolution("c", 6, 8, stride: 2)(images)
      return [
        x.resized(like: images), images.resized(like: x), x.upsampled(by: 2).cropped(like: images),
        images.cropped(like: x, keeping: .middle),
      ]
    },
    OperationNetwork(name: "normalizations") { images in
      let layer = convolution("c", 6, 6, bias: false)
      let x = normalization("n1", 6, layer(images)).relu()
      // Not foldable: behind another layer, and with weights that two nodes share.
      let y = normalization("n2", 6, normalization("n1", 6, layer(x)).relu()).relu()
      let local = images.locallyNormalized(channelCount: 3, scale: 0.4, offset: 2)
      return [local, y, normalization("n3", 6, convolution("d", 6, 6, bias: false)(y)).sigmoid()]
    },
    OperationNetwork(name: "maximum-pooling", height: 7, width: 10) { x in
      [
        x.maxPooled(kernelSize: 3, stride: 2, padding: 1), x.maxPooled(kernelSize: 2, stride: 2, ceilMode: true),
        x.maxPooled(kernelSize: 2, stride: 1, farPadding: 1), x.maxPooled(kernelSize: 2, stride: 2, farPadding: 1),
        x.maxPooled(kernelSize: 1, stride: 2), x.maxPooled(kernelSize: 5, stride: 1, padding: 2),
        x.maxPooled(kernelSize: 3, stride: 2, padding: 1, ceilMode: true),
      ]
    },
    OperationNetwork(name: "average-pooling", height: 7, width: 10) { x in
      [true, false].flatMap { counts in
        [
          x.averagePooled(kernelSize: 3, stride: 2, padding: 1, countsPadding: counts),
          x.averagePooled(kernelSize: 2, stride: 2, ceilMode: true, countsPadding: counts),
          x.averagePooled(kernelSize: 3, stride: 2, padding: 1, ceilMode: true, countsPadding: counts),
          x.averagePooled(kernelSize: 2, stride: 2, countsPadding: counts),
        ]
      } + [x.globallyAveraged()]
    },
    OperationNetwork(name: "l2-pooling", height: 7, width: 10) { x in
      [
        x.l2Pooled(kernelSize: 3, stride: 2, padding: 1), x.l2Pooled(kernelSize: 2, stride: 2, ceilMode: true),
        x.l2Pooled(kernelSize: 3, stride: 2, padding: 1, ceilMode: true), x.l2Pooled(kernelSize: 2, stride: 1),
      ]
    },
    OperationNetwork(name: "activations") { x in
      let functions: [Activation] = [
        .relu, .relu(slope: 0.1), .silu, .sigmoid, .tanh, .mish, .elu(slope: 0.7), .hardSwish, .relu6,
        .clip(low: -0.5, high: 0.4), .linear(scale: 1.5, shift: 0.25),
      ]
      // Alone, and behind a convolution, where they become its epilogue; far from zero, so that both ends are met.
      let wide = x.activated(.linear(scale: 8, shift: 0))
      return functions.map { wide.activated($0) } + [wide.hardSigmoid()]
        + functions.enumerated().map { convolution("c\($0)", 6, 5)(x).activated($1) }
    },
    OperationNetwork(name: "residual-blocks") { images in
      let x = normalization("n1", 6, convolution("c1", 6, 6, bias: false)(images)).relu()
      let y = (normalization("n2", 6, convolution("c2", 6, 6, bias: false)(x)) + x).relu()
      return [(y + images).relu(), y + y, convolution("c3", 6, 6)(images) + images]
    },
    OperationNetwork(name: "gates") { images in
      let x = convolution("c1", 6, 8)(images)
      let squeezed = convolution("s1", 8, 4, kernelSize: 1)(x.globallyAveraged()).relu()
      let gate = convolution("s2", 4, 8, kernelSize: 1)(squeezed).hardSigmoid()
      return [x * gate, x * convolution("c2", 6, 8)(images)]
    },
    OperationNetwork(name: "channels") { x in
      let up = convolution("c1", 6, 4, stride: 2)(x).upsampled(by: 2)
      let joined = Value.concatenated([up, x, convolution("c2", 6, 3)(x)])
      return [joined, joined.channels(from: 5, count: 7), x.channels(from: 0, count: 2).upsampled(by: 3)]
    },
    OperationNetwork(name: "squares-of-cells", channels: 8, height: 4, width: 6) { x in
      [x.reorganized(stride: 2), convolution("c", 8, 20)(x.reorganized(stride: 1)).reorganized(stride: 2)]
    },
    OperationNetwork(name: "rearrangements", channels: 8, height: 4, width: 6) { x in
      [
        x.rearranged(.spaceToDepth(stride: 2)), x.rearranged(.depthToSpace(stride: 2)),
        x.rearranged(.crop(rows: 1..<3, columns: 2..<6)), x.rearranged(.sampling(rowStride: 2, columnStride: 3)),
        x.channels(from: 3, count: 1).rearranged(.repetition(count: 4)),
        x.rearranged(.patches(kernelSize: 3, stride: 2, padding: 1)).rearranged(.positions(rows: 2, columns: 3)),
        x.rearranged(.zeroChannels(before: 1, behind: 2)),
      ]
    },
    OperationNetwork(name: "adaptive-averages", height: 8, width: 10) { x in
      [(8, 10), (4, 5), (3, 7), (9, 2)].map { x.adaptivelyAveraged(rows: $0.0, columns: $0.1) }
    },
    OperationNetwork(name: "local-connections", channels: 3, height: 5, width: 7) { x in
      [
        LocallyConnected(
          "l", inputChannels: 3, outputChannels: 4, inputRows: 5, inputColumns: 7, kernelSize: 3, stride: 2)(x)
      ]
    },
    OperationNetwork(name: "classifier") { images in
      let maps = convolution("c", 6, 5, stride: 2)(images).droppedOut(rate: 0.3).relu()
      let hidden = InnerProduct("f1", inputFeatures: 100, outputFeatures: 12)(maps.flattened().droppedOut(rate: 0.5))
      let logits = InnerProduct("f2", inputFeatures: 12, outputFeatures: 7, hasBias: false)(hidden.relu())
      return [logits.softmax(), maps.softmax(), InnerProduct("f3", inputFeatures: 100, outputFeatures: 3)(maps)]
    },
    OperationNetwork(name: "outputs") { images in
      let x = convolution("c", 6, 4)(images)
      return [images, x, x.relu(), x.droppedOut(rate: 0.5), x, x.flattened()]
    },
  ]

  private static func convolution(
    _ name: String, _ input: Int, _ output: Int, kernelSize: Int = 3, stride: Int = 1, bias: Bool = true
  ) -> Convolution {
    Convolution(
      name, inputChannels: input, outputChannels: output, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2, hasBias: bias)
  }

  private static func normalization(_ name: String, _ channels: Int, _ x: Value) -> Value {
    BatchNormalization(name, channels: channels, epsilon: 1e-3)(x)
  }
}
