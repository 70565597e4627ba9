import NeuralNetwork
import OneDNNKernels
import Tensors

extension GraphTranslation {
  /// Adds the nodes that a layer becomes, and returns the name of its result.
  mutating func translate(_ node: Graph.Node, shape: TensorShape) -> String {
    switch node.operation {
    case .input: return inputName
    case .dropout: return input(node)
    case .convolution(let convolution): return translate(convolution, node)
    case .pooling(let geometry): return translate(geometry, node, output: shape)
    case .globalAveragePooling: return add("GlobalAveragePool", [input(node)])
    case .batchNormalization(let normalization):
      let parameters = [
        parameter(normalization.scale), parameter(normalization.shift), parameter(normalization.runningMean),
        parameter(normalization.runningVariance),
      ]
      let result = add(
        "BatchNormalization", [input(node)] + parameters, [.float("epsilon", normalization.epsilon)])
      return normalization.relu ? add("Relu", [result]) : result
    case .innerProduct(let product):
      let values = inputShape(node).rank == 4 ? add("Flatten", [input(node)], [.integer("axis", 1)]) : input(node)
      let weights = [product.weight, product.bias].compactMap(\.self).map { parameter($0) }
      return add("Gemm", [values] + weights, [.integer("transB", 1)])
    case .activation(let activation): return apply(activation, to: input(node))
    case .softmax: return add("Softmax", [input(node)], [.integer("axis", 1)])
    case .upsampling(let factor):
      // The second input is a region of interest, of which this mode knows none.
      return add(
        "Resize", [input(node), "", constant("scales", [1, 1, Float(factor), Float(factor)])],
        [
          .text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"),
          .text("nearest_mode", "floor"),
        ])
    case .concatenation:
      return add("Concat", node.inputs.indices.map { input(node, $0) }, [.integer("axis", 1)])
    case .addition(let relu):
      let sum = add("Add", [input(node, 0), input(node, 1)])
      return relu ? add("Relu", [sum]) : sum
    case .multiplication: return add("Mul", [input(node, 0), input(node, 1)])
    case .channelSlice(let first, let count):
      return add(
        "Slice",
        [input(node), constant("starts", [first]), constant("ends", [first + count]), constant("axes", [1])])
    case .rearrangement(.reorganization(let stride)): return reorganize(node, stride: stride, output: shape)
    case .rearrangement(let rearrangement): return gather(node, rearrangement, output: shape)
    case .flatten: return add("Flatten", [input(node)], [.integer("axis", 1)])
    }
  }

  private mutating func translate(_ convolution: ConvolutionNode, _ node: Graph.Node) -> String {
    let geometry = convolution.geometry
    var attributes: [Onnx_AttributeProto] = [
      .integers("kernel_shape", [geometry.kernelHeight, geometry.kernelWidth]),
      .integers("strides", [geometry.stride, geometry.stride]),
      .integers("pads", [Int](repeating: geometry.padding, count: 4)),
      .integers("dilations", [geometry.dilation, geometry.dilation]),
      .integer("group", geometry.groups),
    ]
    if geometry.isTransposed {
      attributes.append(.integers("output_padding", [geometry.outputPadding, geometry.outputPadding]))
    }
    let weights = [convolution.weight, convolution.bias].compactMap(\.self).map { parameter($0) }
    var result = add(geometry.isTransposed ? "ConvTranspose" : "Conv", [input(node)] + weights, attributes)
    if convolution.epilogue.addsDestination { result = add("Add", [result, input(node, 1)]) }
    if let activation = convolution.epilogue.activation { result = apply(activation, to: result) }
    return result
  }

  /// Far paddings are written out for the size at hand: that says ceil mode, one-sided padding and what a window hangs
  /// over in one way, which every reader understands alike.
  private mutating func translate(
    _ geometry: PoolingGeometry, _ node: Graph.Node, output: TensorShape
  ) -> String {
    let source = inputShape(node)
    let far = [2, 3].map { axis in
      max(0, (output[axis] - 1) * geometry.stride + geometry.kernelSize - source[axis] - geometry.padding)
    }
    var attributes: [Onnx_AttributeProto] = [
      .integers("kernel_shape", [geometry.kernelSize, geometry.kernelSize]),
      .integers("strides", [geometry.stride, geometry.stride]),
      .integers("pads", [geometry.padding, geometry.padding] + far),
    ]
    switch geometry.kind {
    case .maximum: return add("MaxPool", [input(node)], attributes)
    case .average(let countsPadding):
      // Without padding in front nothing beyond the edge counts, as in the kernel.
      attributes.append(.integer("count_include_pad", countsPadding && geometry.padding > 0 ? 1 : 0))
      return add("AveragePool", [input(node)], attributes)
    }
  }

  /// Takes the elements one by one from the flattened map, behind which a zero stands where some of them are zero.
  private mutating func gather(_ node: Graph.Node, _ rearrangement: Rearrangement, output: TensorShape) -> String {
    let source = inputShape(node)
    let count = source.elementCount / source[0]
    let places = rearrangement.sources(input: source, output: output)
    var flat = add("Flatten", [input(node)], [.integer("axis", 1)])
    if places.contains(-1) { flat = add("Pad", [flat, constant("pads", [0, 0, 0, 1])]) }
    let indices = constant("places", places.map { $0 < 0 ? count : Int($0) })
    let gathered = add("Gather", [flat, indices], [.integer("axis", 1)])
    return add("Reshape", [gathered, constant("shape", [0] + output.dimensions.dropFirst())])
  }

  /// Darknet reads the map, C×H×W, as C/s² × H·s × W·s, and takes its squares of s×s cells apart.
  private mutating func reorganize(_ node: Graph.Node, stride: Int, output: TensorShape) -> String {
    let source = inputShape(node)
    // The first extent, 0, stands for that of the input.
    let squares = [0, source[1] / (stride * stride), source[2], stride, source[3], stride]
    let apart = add("Reshape", [input(node), constant("squares", squares)])
    let channelsFirst = add("Transpose", [apart], [.integers("perm", [0, 3, 5, 1, 2, 4])])
    return add("Reshape", [channelsFirst, constant("shape", [0] + output.dimensions.dropFirst())])
  }
}
