import ComputeGraph
import ONNX
import Tensors
import Testing

/// The nodes that single operations become. What they compute is compared in onnxruntime; see `ONNXReferenceTests`.
struct ONNXOperationTests {
  private func translated(
    _ network: (Value) -> Value, channels: Int = 8, height: Int = 5, width: Int = 6, passes: [GraphPass] = []
  ) throws -> DecodedModel {
    try DecodedModel(
      Graph(inputChannels: channels) { [network($0)] }, input: [1, channels, height, width],
      options: .init(passes: passes))
  }

  /// Near paddings, then far ones: what the last window needs, and nothing more.
  @Test func poolingSaysItsPaddingsForTheSizeAtHand() throws {
    func pads(_ network: (Value) -> Value) throws -> [Int]? { try translated(network).integers("pads", of: 0) }
    #expect(try pads { $0.maxPooled(kernelSize: 2, stride: 2) } == [0, 0, 0, 0])
    #expect(try pads { $0.maxPooled(kernelSize: 2, stride: 2, ceilMode: true) } == [0, 0, 1, 0])
    #expect(try pads { $0.maxPooled(kernelSize: 2, stride: 1, farPadding: 1) } == [0, 0, 1, 1])
    // Windows start at −1, 1 and 3; the last covers 3 to 5 of 0 … 4, or of 0 … 5.
    #expect(try pads { $0.maxPooled(kernelSize: 3, stride: 2, padding: 1) } == [1, 1, 1, 0])
    #expect(try pads { $0.averagePooled(kernelSize: 3, stride: 2, padding: 1) } == [1, 1, 1, 0])
  }

  @Test func averagesCountPaddingAsTheKernelDoes() throws {
    func counts(_ network: (Value) -> Value) throws -> [Int]? {
      try translated(network).integers("count_include_pad", of: 0)
    }
    #expect(try counts { $0.averagePooled(kernelSize: 3, stride: 2, padding: 1, countsPadding: true) } == [1])
    #expect(try counts { $0.averagePooled(kernelSize: 3, stride: 2, padding: 1, countsPadding: false) } == [0])
    // What hangs over the edge in ceil mode is no padding.
    #expect(try counts { $0.averagePooled(kernelSize: 2, stride: 2, ceilMode: true, countsPadding: true) } == [0])
  }

  @Test func convolutionsKeepTheirGeometry() throws {
    let grouped = try translated {
      Convolution("c", inputChannels: 8, outputChannels: 12, kernelSize: 3, padding: 2, dilation: 2, groups: 4)($0)
    }
    #expect(grouped.operations == ["Conv"] && grouped.initializer("c.weight")?.dims == [12, 2, 3, 3])
    #expect(grouped.integers("group", of: 0) == [4] && grouped.integers("dilations", of: 0) == [2, 2])
    let transposed = try translated {
      Convolution(
        "t",
        geometry: ConvolutionGeometry(
          inputChannels: 8, outputChannels: 4, kernelSize: 3, stride: 2, padding: 1, isTransposed: true,
          outputPadding: 1), hasBias: false)($0)
    }
    #expect(transposed.operations == ["ConvTranspose"] && transposed.initializer("t.weight")?.dims == [8, 4, 3, 3])
    #expect(transposed.integers("output_padding", of: 0) == [1, 1])
    #expect(transposed.shape(transposed.graph.output[0]) == ["1", "4", "10", "12"])
  }

  /// A fused sum and activation become nodes of their own again, in this order.
  @Test func epiloguesBecomeNodes() throws {
    let fused = try translated(
      { images in
        let layer = Convolution("c", inputChannels: 8, outputChannels: 8, kernelSize: 3, padding: 1)
        return (layer(images) + images).silu()
      }, passes: GraphPass.inference)
    #expect(fused.operations == ["Conv", "Add", "Sigmoid", "Mul"])
    #expect(fused.graph.node.map { $0.output[0] } == ["c/Conv", "c/Add", "c/Sigmoid", "c"])
    #expect(fused.graph.node[1].input == ["c/Conv", "images"])
    #expect(fused.graph.node[3].input == ["c/Add", "c/Sigmoid"])
  }

  @Test(
    arguments: [
      (Activation.relu, ["Relu"]), (.relu(slope: 0.1), ["LeakyRelu"]), (.silu, ["Sigmoid", "Mul"]),
      (.sigmoid, ["Sigmoid"]), (.tanh, ["Tanh"]), (.mish, ["Softplus", "Tanh", "Mul"]), (.elu(slope: 0.5), ["Elu"]),
      (.hardSwish, ["HardSwish"]), (.relu6, ["Clip"]), (.linear(scale: 2, shift: 3), ["Mul", "Add"]),
    ])
  func activations(activation: Activation, operations: [String]) throws {
    let file = try translated { $0.activated(activation) }
    #expect(file.operations == operations)
    switch activation {
    case .relu(let slope) where slope != 0: #expect(file.float("alpha", of: 0) == slope)
    case .elu(let slope): #expect(file.float("alpha", of: 0) == slope)
    case .clip(let low, let high):
      #expect(file.graph.node[0].input == ["images", "activation/low", "activation/high"])
      #expect(file.floats("activation/low") == [low] && file.floats("activation/high") == [high])
      // Scalars have no extents.
      #expect(file.initializer("activation/low")?.dims == [])
    case .linear(let scale, let shift):
      #expect(file.floats("activation/scale") == [scale] && file.floats("activation/shift") == [shift])
    default: break
    }
  }

  /// 8×4×6 read as 2×8×12, whose squares of four cells go apart.
  @Test func darknetsSpaceToDepth() throws {
    let file = try translated({ $0.reorganized(stride: 2) }, height: 4, width: 6)
    #expect(file.operations == ["Reshape", "Transpose", "Reshape"])
    #expect(file.integers("reorganize/squares") == [0, 2, 4, 2, 6, 2])
    #expect(file.integers("perm", of: 1) == [0, 3, 5, 1, 2, 4])
    #expect(file.integers("reorganize/shape") == [0, 32, 2, 3])
  }

  @Test func channelsAndSizes() throws {
    let slice = try translated { $0.channels(from: 3, count: 2) }
    #expect(slice.operations == ["Slice"])
    #expect(slice.integers("channels/starts") == [3] && slice.integers("channels/ends") == [5])
    #expect(slice.integers("channels/axes") == [1])
    let resize = try translated { $0.upsampled(by: 3) }
    #expect(resize.operations == ["Resize"] && resize.graph.node[0].input == ["images", "", "upsample/scales"])
    #expect(resize.floats("upsample/scales") == [1, 1, 3, 3])
    let modes = resize.graph.node[0].attribute.map { String(decoding: $0.s, as: UTF8.self) }
    #expect(modes == ["nearest", "asymmetric", "floor"])
    let joined = try translated { .concatenated([$0, $0.relu(), $0]) }
    #expect(joined.operations == ["Relu", "Concat"] && joined.integers("axis", of: 1) == [1])
    #expect(joined.graph.node[1].input == ["images", "relu", "images"])
  }

  /// Weights lie output by output; a map is flattened first.
  @Test func fullyConnectedLayers() throws {
    let onMap = try translated { InnerProduct("f", inputFeatures: 240, outputFeatures: 3)($0) }
    #expect(onMap.operations == ["Flatten", "Gemm"] && onMap.integers("transB", of: 1) == [1])
    #expect(onMap.graph.node[1].input == ["f/Flatten", "f.weight", "f.bias"])
    let onVector = try translated {
      InnerProduct("f", inputFeatures: 240, outputFeatures: 3, hasBias: false)($0.flattened()).softmax()
    }
    #expect(onVector.operations == ["Flatten", "Gemm", "Softmax"])
    #expect(onVector.graph.node[1].input == ["flatten", "f.weight"])
  }

  @Test func sharedWeightsAreWrittenOnce() throws {
    let file = try translated {
      let layer = Convolution("c", inputChannels: 8, outputChannels: 8, kernelSize: 1)
      return layer(layer($0))
    }
    #expect(file.graph.initializer.map(\.name) == ["c.weight", "c.bias"])
    #expect(file.graph.node.map { $0.output[0] } == ["c.2", "c"])
  }
}
