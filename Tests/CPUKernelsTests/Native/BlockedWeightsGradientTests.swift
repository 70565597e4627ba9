import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BlockedWeightsGradientTests {
  @Test(arguments: [1, 5, 100])
  func byTilesIsThePlainSum(_ group: Int) throws {
    let geometry = ConvolutionGeometry(inputChannels: 10, outputChannels: 20, kernelSize: 3, padding: 1)
    let (source, destination): (TensorShape, TensorShape) = ([2, 10, 9, 11], [2, 20, 9, 11])
    let gradient = try #require(
      BlockedWeightsGradient(geometry, source: source, destination: destination, group: group))
    try Self.check(gradient, geometry, source, destination)
  }

  /// Kernel, stride, padding, dilation, rows and columns.
  static let shapes = [
    [3, 1, 1, 1, 2, 2], [3, 1, 1, 1, 1, 1], [3, 2, 1, 1, 9, 7], [3, 1, 2, 2, 5, 6], [3, 1, 12, 12, 4, 7],
    [5, 2, 2, 1, 6, 3], [1, 2, 0, 1, 5, 5], [3, 2, 0, 3, 8, 9],
  ]

  @Test(arguments: shapes)
  func byProductsIsThePlainSum(_ shape: [Int]) throws {
    let geometry = ConvolutionGeometry(
      inputChannels: 10, outputChannels: 20, kernelSize: shape[0], stride: shape[1], padding: shape[2],
      dilation: shape[3])
    let reach = (shape[0] - 1) * shape[3] + 1
    let sides = shape[4...].map { ($0 + 2 * shape[2] - reach) / shape[1] + 1 }
    let (source, destination): (TensorShape, TensorShape) = ([2, 10, shape[4], shape[5]], [2, 20, sides[0], sides[1]])
    let gradient = try #require(BlockedWeightsGradient.products(geometry, source: source, destination: destination))
    try Self.check(gradient, geometry, source, destination)
  }

  /// Channels, outputs, kernel, stride, padding, rows and columns.
  static let plainShapes = [
    [1, 20, 3, 1, 0, 9, 8], [3, 16, 3, 2, 1, 7, 10], [3, 20, 7, 2, 3, 15, 12], [2, 8, 5, 1, 2, 4, 3],
    [4, 5, 1, 2, 0, 5, 5],
    [1, 9, 7, 1, 3, 2, 3],
  ]

  @Test(arguments: plainShapes)
  func ofAPlainMapIsThePlainSum(_ shape: [Int]) throws {
    let geometry = ConvolutionGeometry(
      inputChannels: shape[0], outputChannels: shape[1], kernelSize: shape[2], stride: shape[3], padding: shape[4])
    let sides = shape[5...].map { ($0 + 2 * shape[4] - shape[2]) / shape[3] + 1 }
    let (source, destination): (TensorShape, TensorShape) = (
      [3, shape[0], shape[5], shape[6]], [3, shape[1], sides[0], sides[1]]
    )
    let gradient = try #require(
      BlockedWeightsGradient.ofPlainSource(geometry, source: source, destination: destination))
    try Self.check(gradient, geometry, source, destination, isPlain: true)
  }

  private static func check(
    _ gradient: BlockedWeightsGradient, _ geometry: ConvolutionGeometry, _ source: TensorShape,
    _ destination: TensorShape, isPlain: Bool = false
  ) throws {
    let (side, cells) = (geometry.kernelHeight, geometry.kernelHeight * geometry.kernelWidth)
    let (inputs, outputs) = (source[1], destination[1])
    var generator = SeededGenerator(seed: 3)
    let x = (0..<source.elementCount).map { _ in Float.random(in: -1...1, using: &generator) }
    let d = (0..<destination.elementCount).map { _ in Float.random(in: -1...1, using: &generator) }
    let weights = UnsafeMutablePointer<Float>.allocate(capacity: outputs * inputs * cells)
    let bias = UnsafeMutablePointer<Float>.allocate(capacity: outputs)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: gradient.scratchByteCount, alignment: 64)
    defer {
      weights.deallocate()
      bias.deallocate()
      scratch.deallocate()
    }
    let (input, slopes) = (BlockedMemory(x, source), BlockedMemory(d, destination))
    let plain = UnsafeMutableBufferPointer<Float>.allocate(capacity: x.count)
    _ = plain.initialize(from: x)
    defer { plain.deallocate() }
    withExtendedLifetime((input, slopes)) {
      gradient.run(
        source: isPlain ? UnsafeRawPointer(plain.baseAddress!) : UnsafeRawPointer(input.base),
        destinationGradient: slopes.base, weights: weights, bias: bias, scratch: scratch)
    }

    func at(_ values: [Float], _ shape: TensorShape, _ image: Int, _ channel: Int, _ y: Int, _ x: Int) -> Double {
      guard (0..<shape[2]).contains(y), (0..<shape[3]).contains(x) else { return 0 }
      return Double(values[((image * shape[1] + channel) * shape[2] + y) * shape[3] + x])
    }
    func place(_ place: Int, _ cell: Int) -> Int {
      place * geometry.stride + cell * geometry.dilation - geometry.padding
    }
    for output in 0..<outputs {
      var sum = 0.0
      for input in 0..<inputs {
        for cell in 0..<cells {
          var expected = 0.0
          for image in 0..<source[0] {
            for row in 0..<destination[2] {
              for column in 0..<destination[3] {
                let slope = at(d, destination, image, output, row, column)
                expected += slope * at(x, source, image, input, place(row, cell / side), place(column, cell % side))
                if input == 0 && cell == 0 { sum += slope }
              }
            }
          }
          #expect(abs(Double(weights[(output * inputs + input) * cells + cell]) - expected) < 1e-4)
        }
      }
      #expect(abs(Double(bias[output]) - sum) < 1e-4)
    }
  }

  @Test func othersAreTheLibrarys() {
    let strided = ConvolutionGeometry(inputChannels: 8, outputChannels: 8, kernelSize: 3, stride: 2, padding: 1)
    #expect(BlockedWeightsGradient(strided, source: [1, 8, 16, 16], destination: [1, 8, 8, 8]) == nil)
    let small = ConvolutionGeometry(inputChannels: 8, outputChannels: 8, kernelSize: 3, padding: 1)
    #expect(BlockedWeightsGradient(small, source: [1, 8, 2, 2], destination: [1, 8, 2, 2]) == nil)
  }
}
