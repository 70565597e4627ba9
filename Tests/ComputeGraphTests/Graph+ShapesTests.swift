import ComputeGraph
import Tensors
import Testing

@Suite struct GraphShapesTests {
  /// The shape of the only output.
  static func output(of shape: TensorShape, _ network: (Value) -> Value) throws -> TensorShape {
    let graph = Graph(inputChannels: shape[1]) { [network($0)] }
    return try graph.shapes(input: shape)[graph.outputs[0]]
  }

  @Test(arguments: [
    // Input, F, S, P → (W − F + 2P)/S + 1.
    (227, 11, 4, 0, 55), (5, 3, 1, 1, 5), (5, 3, 2, 1, 3), (7, 3, 1, 0, 5), (7, 3, 2, 0, 3),
  ])
  func convolutionsOfTheLecture(extent: Int, kernelSize: Int, stride: Int, padding: Int, expected: Int) throws {
    let shape = try Self.output(of: [2, 3, extent, extent]) {
      Convolution(
        "c", inputChannels: 3, outputChannels: 96, kernelSize: kernelSize, stride: stride, padding: padding)($0)
    }
    #expect(shape == [2, 96, expected, expected])
  }

  static let layers: [(String, TensorShape, @Sendable (Value) -> Value)] = [
    ("dilation 2", [1, 8, 5, 8], { convolution("c", 4, 8, dilation: 2)($0) }),
    ("max pooling", [1, 4, 4, 5], { $0.maxPooled(kernelSize: 3, stride: 2, padding: 0) }),
    ("ceil mode", [1, 4, 5, 6], { $0.maxPooled(kernelSize: 2, stride: 2, ceilMode: true) }),
    ("average pooling", [1, 4, 4, 5], { $0.averagePooled(kernelSize: 3, stride: 2) }),
    ("global average", [1, 4, 1, 1], { $0.globallyAveraged() }),
    ("upsampling", [1, 4, 27, 36], { $0.upsampled(by: 3) }),
    ("resizing", [1, 4, 4, 6], { $0.resized(like: $0.maxPooled(kernelSize: 2, stride: 2)) }),
    ("crop", [1, 7, 9, 12], { convolution("c", 4, 7)($0.upsampled(by: 2)).cropped(like: $0) }),
    (
      "crop to the middle", [1, 4, 6, 9],
      { $0.cropped(like: Convolution("c", inputChannels: 4, outputChannels: 2, kernelSize: 4)($0), keeping: .middle) }
    ),
    ("flatten", [1, 432], { $0.flattened() }),
    ("inner product", [1, 5], { InnerProduct("f", inputFeatures: 432, outputFeatures: 5)($0.flattened()) }),
    ("concatenation", [1, 12, 9, 12], { .concatenated([$0, $0, $0]) }),
    ("normalisation", [1, 4, 9, 12], { BatchNormalization("n", channels: 4)($0) }),
    ("the rest", [1, 4, 9, 12], { ($0.relu() + $0.silu().sigmoid()).softmax().droppedOut(rate: 0.5) }),
    (
      "transposed convolution", [1, 2, 18, 24],
      {
        let geometry = ConvolutionGeometry(
          inputChannels: 4, outputChannels: 2, kernelSize: 3, stride: 2, padding: 1, isTransposed: true,
          outputPadding: 1)
        return Convolution("t", geometry: geometry, hasBias: true)($0)
      }
    ),
  ]

  @Test(arguments: 0..<layers.count) func everyLayerOn4Channels9By12(index: Int) throws {
    let (name, expected, layer) = Self.layers[index]
    #expect(try Self.output(of: [1, 4, 9, 12], layer) == expected, "\(name)")
  }

  static let mistakes: [(String, @Sendable (Value) -> Value)] = [
    ("layer c expects N×5×H×W, not 1×4×9×12", { convolution("c", 5, 8)($0) }),
    ("layer n expects N×3×H×W, not 1×4×9×12", { BatchNormalization("n", channels: 3)($0) }),
    (
      "layer f expects N×10, not 1×432",
      { InnerProduct("f", inputFeatures: 10, outputFeatures: 5)($0.flattened()) }
    ),
    ("layer f expects N×4, not 1×4×9×12", { InnerProduct("f", inputFeatures: 4, outputFeatures: 5)($0) }),
    (
      "layer add expects two values of one shape, not 1×4×9×12 and 1×4×4×5",
      { $0 + $0.maxPooled(kernelSize: 3, stride: 2) }
    ),
    (
      "layer concatenate expects maps of one size, not 1×4×9×12 and 1×4×1×1",
      { .concatenated([$0, $0.globallyAveraged()]) }
    ),
    (
      "layer pool expects a map at least as large as its window, not 1×4×9×12",
      { $0.maxPooled(kernelSize: 10, stride: 1) }
    ),
    ("layer pool expects N×C×H×W, not 1×432", { $0.flattened().maxPooled(kernelSize: 2, stride: 2) }),
    (
      "layer big expects a map at least as large as its window, not 1×4×9×12",
      { Convolution("big", inputChannels: 4, outputChannels: 4, kernelSize: 11)($0) }
    ),
    ("layer upsample expects N×C×H×W, not 1×432", { $0.flattened().upsampled(by: 2) }),
    ("layer average expects N×C×H×W, not 1×432", { $0.flattened().globallyAveraged() }),
    ("layer upsample expects N×C×H×W, not 1×4×9×12", { $0.upsampled(by: 0) }),
  ]

  @Test(arguments: 0..<mistakes.count) func theLayerThatDoesNotFitIsNamed(index: Int) {
    let (message, layer) = Self.mistakes[index]
    let error = #expect(throws: GraphError.self) { try Self.output(of: [1, 4, 9, 12], layer) }
    #expect(error?.description == message)
  }

  @Test(arguments: [[1, 4, 8, 8], [1, 3, 8], [0, 3, 8, 8], [1, 3, 0, 8]] as [TensorShape])
  func imagesThatDoNotFit(_ shape: TensorShape) {
    let graph = Graph(inputChannels: 3) { [$0] }
    let error = #expect(throws: GraphError.self) { try graph.shapes(input: shape) }
    #expect(
      error?.description == "layer images expects N×3×H×W with every extent above zero, not \(shape)")
  }

  private static func convolution(_ name: String, _ input: Int, _ output: Int, dilation: Int = 1) -> Convolution {
    Convolution(name, inputChannels: input, outputChannels: output, kernelSize: 3, dilation: dilation)
  }
}
