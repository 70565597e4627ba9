import CPUKernels
import ComputeGraph
import TensorTesting
import Tensors
import Testing

@Suite(.enabled(if: OneDNN.hasByteKernels, "8-bit kernels are written for oneDNN 2.x"))
struct QuantizedConvolutionTests {
  typealias Geometry = ConvolutionGeometry

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var geometry: Geometry
    var source: ElementType
    var height: Int
    var width: Int
  }

  static let cases: [Case] = [ElementType.unsignedByte, .signedByte].flatMap { source in
    [
      Case(
        testDescription: "3×3 of \(source)",
        geometry: Geometry(inputChannels: 32, outputChannels: 24, kernelSize: 3, padding: 1), source: source, height: 6,
        width: 9),
      Case(
        testDescription: "3×3, stride 2 of \(source)",
        geometry: Geometry(inputChannels: 16, outputChannels: 16, kernelSize: 3, stride: 2, padding: 1),
        source: source, height: 7, width: 8),
      Case(
        testDescription: "1×1 of \(source)", geometry: Geometry(inputChannels: 64, outputChannels: 40, kernelSize: 1),
        source: source, height: 5, width: 7),
      Case(
        testDescription: "1×1, channels not in blocks, of \(source)",
        geometry: Geometry(inputChannels: 20, outputChannels: 13, kernelSize: 1), source: source, height: 4, width: 4),
    ]
  }

  /// Whole numbers, of which every other one is an end of the range.
  private func integers(_ shape: TensorShape, in range: ClosedRange<Int>, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(
      shape: shape,
      values: (0..<shape.elementCount).map { index in
        if index % 4 == 0 { return Float(range.upperBound) }
        if index % 4 == 2 { return Float(range.lowerBound) }
        return Float(Int.random(in: range, using: &generator))
      })
  }

  private func range(_ element: ElementType) -> ClosedRange<Int> { element == .unsignedByte ? 0...255 : -128...127 }

  /// The kernel's result, with the sources and weights of a case as whole numbers.
  private func result(
    _ test: Case, _ source: Tensor, _ weights: Tensor, bias: Tensor, destination element: ElementType,
    epilogue: QuantizedEpilogue, old: Tensor? = nil
  ) throws -> Tensor {
    let shape = PlainConvolution(geometry: test.geometry, source: source.shape).destination
    let factor = Kernel.quantizedWeightFactor(source: test.source)
    var epilogue = epilogue
    epilogue.scales = epilogue.scales.map { $0 / factor }
    let bound = try BoundKernel(
      Kernel.quantizedConvolution(
        test.geometry, source: TensorLayout(.channelsLast, of: test.source, shape: source.shape),
        destination: TensorLayout(.channelsLast, of: element, shape: shape), hasBias: true, epilogue: epilogue))
    try bound.give(.source, source)
    try bound.give(.weights, Tensor(shape: weights.shape, values: weights.values.map { $0 * factor }))
    try bound.give(.bias, Tensor(shape: bias.shape, values: bias.values.map { $0 * factor }))
    if let old { try bound.give(.destination, old) } else { try bound.reserve(.destination) }
    try bound.execute()
    return try bound.take(.destination, shape)
  }

  @Test("sums of 7-bit weights are those of whole numbers, exactly", arguments: cases)
  func exactSums(_ test: Case) throws {
    let shape: TensorShape = [1, test.geometry.inputChannels, test.height, test.width]
    let source = integers(shape, in: range(test.source), seed: 1)
    // All of one sign in the first output channel: the largest sums there are.
    var weights = integers(test.geometry.weightShape, in: -63...63, seed: 2)
    for index in 0..<weights.elementCount / test.geometry.outputChannels { weights[index] = 63 }
    let bias = integers([test.geometry.outputChannels], in: -1000...1000, seed: 3)
    let found = try result(
      test, source, weights, bias: bias, destination: .float,
      epilogue: QuantizedEpilogue(scales: [Float](repeating: 1, count: test.geometry.outputChannels)))
    let expected = PlainConvolution(geometry: test.geometry, source: shape)
      .forward(source.doubles, weights: weights.doubles, bias: bias.doubles)
    #expect(found.doubles == expected)
  }

  @Test("scales, sum and ReLU come before rounding to bytes", arguments: cases)
  func epilogue(_ test: Case) throws {
    let shape: TensorShape = [1, test.geometry.inputChannels, test.height, test.width]
    let source = integers(shape, in: range(test.source), seed: 4)
    let weights = integers(test.geometry.weightShape, in: -63...63, seed: 5)
    let bias = integers([test.geometry.outputChannels], in: -1000...1000, seed: 6)
    let plain = PlainConvolution(geometry: test.geometry, source: shape)
    let old = integers(plain.destination, in: 0...255, seed: 7)
    // Powers of two, so that every product is exact and ties are ties.
    let scales = (0..<test.geometry.outputChannels).map { $0 % 2 == 0 ? Float(1) / 1024 : Float(1) / 512 }
    let found = try result(
      test, source, weights, bias: bias, destination: .unsignedByte,
      epilogue: QuantizedEpilogue(
        scales: scales, sumScale: 0.5, activation: .relu, finalScale: 2), old: old)
    let sums = plain.forward(source.doubles, weights: weights.doubles, bias: bias.doubles)
    let area = plain.destination[2] * plain.destination[3]
    let expected = sums.indices.map { index in
      let real = Double(scales[index / area % scales.count]) * sums[index] + 0.5 * Double(old[index])
      return min(255, (2 * max(0, real)).rounded(.toNearestOrEven))
    }
    #expect(found.doubles == expected)
    #expect(Set(found.values).count > 20)
  }

  @Test("reorders round to nearest even and saturate")
  func reorders() throws {
    let shape: TensorShape = [1, 8, 1, 1]
    let values = Tensor(shape: shape, values: [0.25, 0.75, 1.25, -0.5, 1000, -1000, 63, 64])
    let blocked = TensorLayout(.channelBlocked, shape: shape)
    let bytes = TensorLayout(.channelsLast, of: .signedByte, shape: shape)
    let quantize = try BoundKernel(Kernel.reorder(from: blocked, to: bytes, scales: [2]))
    try quantize.give(.source, values)
    try quantize.reserve(.destination)
    try quantize.execute()
    #expect(try quantize.take(.destination, shape).values == [0, 2, 2, -1, 127, -128, 126, 127])
    let unsigned = try BoundKernel(
      Kernel.reorder(
        from: blocked, to: TensorLayout(.channelsLast, of: .unsignedByte, shape: shape), scales: [2]))
    try unsigned.share(.source, with: quantize)
    try unsigned.reserve(.destination)
    try unsigned.execute()
    #expect(try unsigned.take(.destination, shape).values == [0, 2, 2, 0, 255, 0, 126, 128])
  }
}
