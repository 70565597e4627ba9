import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BlockedDepthwiseTests {
  /// A layer with numbers for everything that it reads.
  struct Layer {
    var geometry: ConvolutionGeometry
    var source: TensorShape
    var destination: TensorShape
    var depthwise: BlockedDepthwise
    var x, weights, bias, slopes, addend: [Float]

    init(
      _ kernel: Int, stride: Int, padding: Int, source: TensorShape, activation: Activation? = nil
    ) throws {
      self.source = source
      geometry = ConvolutionGeometry(
        inputChannels: source[1], outputChannels: source[1], kernelSize: kernel, stride: stride, padding: padding,
        groups: source[1])
      let rows = geometry.outputExtent(source[2], kernel: kernel)
      destination = [source[0], source[1], rows, geometry.outputExtent(source[3], kernel: kernel)]
      depthwise = try #require(
        BlockedDepthwise(geometry, source: source, destination: destination, activation: activation))
      var generator = SeededGenerator(seed: UInt64(kernel + 10 * stride + 100 * padding))
      func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &generator) } }
      x = random(source.elementCount)
      weights = random(source[1] * kernel * kernel)
      bias = random(source[1])
      slopes = random(destination.elementCount)
      addend = random(destination.elementCount)
    }

    var weightTensor: Tensor { Tensor(shape: geometry.weightShape, values: weights) }
  }

  static let sizes: [TensorShape] = [
    // One group of cells to a line, several, and maps of which most of a window lies outside.
    [1, 16, 6, 7], [2, 20, 13, 11], [3, 5, 9, 26], [1, 33, 4, 41], [1, 8, 1, 1], [1, 3, 2, 3], [1, 7, 33, 5],
  ]
  static let shapes: [(kernel: Int, stride: Int, padding: Int)] = [
    (3, 1, 1), (3, 2, 1), (5, 1, 2), (5, 2, 2), (3, 1, 2), (5, 1, 3), (5, 2, 4), (3, 2, 2), (5, 2, 3), (3, 1, 0),
    (5, 1, 0), (3, 2, 0), (5, 2, 0),
  ]
  static let activations: [Activation?] = [
    nil, .relu, .relu(slope: 0.1), .relu6, .hardSwish, .silu,
  ]

  static func layers(activation: Activation? = nil) throws -> [Layer] {
    try shapes.flatMap { shape in
      try sizes.compactMap { source in
        let reach = 2 * shape.padding - shape.kernel
        guard source[2] + reach >= 0, source[3] + reach >= 0 else { return nil }
        if activation == .relu6, source[1] % OneDNN.channelBlock != 0 { return nil }
        return try Layer(
          shape.kernel, stride: shape.stride, padding: shape.padding, source: source, activation: activation)
      }
    }
  }

  @Test(arguments: activations)
  func isAPlainLoop(_ activation: Activation?) throws {
    for layer in try Self.layers(activation: activation) {
      let depthwise = layer.depthwise
      let packed = Memory(depthwise.weightByteCount)
      let bias = Memory(depthwise.biasByteCount)
      depthwise.packWeights(layer.weightTensor, mirrored: false, to: packed.base)
      depthwise.packBias(Tensor(shape: [layer.source[1]], values: layer.bias), to: bias.base)
      let plain = plainConvolution(
        layer.geometry, layer.x.map(Double.init), layer.source, layer.weights.map(Double.init),
        layer.bias.map(Double.init), destination: layer.destination)
      for adds in [false, true] {
        // The addend is the memory of the result.
        let result = BlockedMemory(adds ? layer.addend : layer.addend.map { _ in .nan }, layer.destination)
        let source = BlockedMemory(layer.x, layer.source)
        withExtendedLifetime((source, packed, bias)) {
          depthwise.run(
            source: source.base, weights: packed.base, bias: bias.base, addend: adds ? result.base : nil,
            destination: result.base)
        }
        for (index, value) in result.plain.enumerated() {
          let sum = plain[index] + (adds ? Double(layer.addend[index]) : 0)
          let expected = activation.map { plainActivation($0, sum) } ?? sum
          #expect(abs(Double(value) - expected) < 1e-5, "\(layer.geometry) of \(layer.source) at \(index)")
        }
        #expect(Self.fillsBlocksWithZeros(result, layer.destination))
      }
    }
  }

  /// The gradient of the input is the transposed convolution of the output's.
  @Test func sourceGradientIsAPlainLoop() throws {
    for layer in try Self.layers() {
      let depthwise = layer.depthwise
      let packed = Memory(depthwise.weightByteCount)
      let zeros = Memory(depthwise.biasByteCount)
      depthwise.packWeights(layer.weightTensor, mirrored: depthwise.mirrorsWeightsForGradient, to: packed.base)
      var transposed = layer.geometry
      transposed.isTransposed = true
      let plain = plainConvolution(
        transposed, layer.slopes.map(Double.init), layer.destination, layer.weights.map(Double.init), nil,
        destination: layer.source)
      let slopes = BlockedMemory(layer.slopes, layer.destination)
      let result = BlockedMemory(layer.x.map { _ in .nan }, layer.source)
      withExtendedLifetime((slopes, packed, zeros)) {
        depthwise.sourceGradient(slopes.base, weights: packed.base, zeros: zeros.base, result: result.base)
      }
      for (index, value) in result.plain.enumerated() {
        #expect(abs(Double(value) - plain[index]) < 1e-5, "\(layer.geometry) of \(layer.source) at \(index)")
      }
      #expect(Self.fillsBlocksWithZeros(result, layer.source))
    }
  }

  @Test func weightsGradientIsThePlainSum() throws {
    for layer in try Self.layers() {
      let cells = layer.geometry.kernelHeight * layer.geometry.kernelWidth
      let weights = Memory(4 * layer.weights.count)
      let bias = Memory(4 * layer.bias.count)
      let scratch = Memory(layer.depthwise.gradientScratchByteCount)
      let (source, slopes) = (
        BlockedMemory(layer.x, layer.source), BlockedMemory(layer.slopes, layer.destination)
      )
      withExtendedLifetime((source, slopes, scratch)) {
        layer.depthwise.weightsGradient(
          source: source.base, gradient: slopes.base, weights: weights.base, bias: bias.base, scratch: scratch.base)
      }
      let (plain, sums) = Self.plainWeightsGradient(layer)
      for (index, value) in weights.floats.prefix(plain.count).enumerated() {
        #expect(abs(Double(value) - plain[index]) < 1e-4, "cell \(index % cells) of \(layer.geometry), \(layer.source)")
      }
      for (channel, value) in bias.floats.prefix(sums.count).enumerated() {
        #expect(abs(Double(value) - sums[channel]) < 1e-4)
      }
    }
  }

  @Test func othersAreTheLibrarys() {
    func exists(_ geometry: ConvolutionGeometry, _ source: TensorShape, _ destination: TensorShape) -> Bool {
      BlockedDepthwise(geometry, source: source, destination: destination) != nil
    }
    typealias Geometry = ConvolutionGeometry
    #expect(
      !exists(
        Geometry(inputChannels: 8, outputChannels: 16, kernelSize: 3, padding: 1, groups: 8), [1, 8, 5, 5],
        [1, 16, 5, 5]))
    #expect(
      !exists(
        Geometry(inputChannels: 8, outputChannels: 8, kernelSize: 3, padding: 2, dilation: 2, groups: 8), [1, 8, 5, 5],
        [1, 8, 5, 5]))
    #expect(
      !exists(
        Geometry(inputChannels: 8, outputChannels: 8, kernelSize: 7, padding: 3, groups: 8), [1, 8, 5, 5], [1, 8, 5, 5])
    )
    #expect(
      !exists(
        Geometry(inputChannels: 8, outputChannels: 8, kernelSize: 3, stride: 3, padding: 1, groups: 8), [1, 8, 6, 6],
        [1, 8, 2, 2]))
  }

  private static func plainWeightsGradient(_ layer: Layer) -> (weights: [Double], bias: [Double]) {
    let (source, destination, geometry) = (layer.source, layer.destination, layer.geometry)
    let kernel = geometry.kernelHeight
    var weights = [Double](repeating: 0, count: layer.weights.count)
    var bias = [Double](repeating: 0, count: layer.bias.count)
    for (index, slope) in layer.slopes.enumerated() {
      let (column, row) = (index % destination[3], index / destination[3] % destination[2])
      let map = index / (destination[2] * destination[3])
      let channel = map % destination[1]
      bias[channel] += Double(slope)
      for cell in 0..<kernel * kernel {
        let y = row * geometry.stride - geometry.padding + cell / kernel
        let x = column * geometry.stride - geometry.padding + cell % kernel
        guard (0..<source[2]).contains(y), (0..<source[3]).contains(x) else { continue }
        weights[channel * kernel * kernel + cell] +=
          Double(slope) * Double(layer.x[(map * source[2] + y) * source[3] + x])
      }
    }
    return (weights, bias)
  }

  private static func fillsBlocksWithZeros(_ map: BlockedMemory, _ shape: TensorShape) -> Bool {
    let filled = shape.elementCount
    let zeros = map.memory.count { $0 == 0 }
    return map.memory.count - zeros <= filled
  }
}

/// Bytes that start as zeros.
private final class Memory {
  let base: UnsafeMutableRawPointer
  private let byteCount: Int

  init(_ byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: max(64, byteCount), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  deinit { base.deallocate() }

  var floats: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: base.assumingMemoryBound(to: Float.self), count: byteCount / 4)
  }
}
