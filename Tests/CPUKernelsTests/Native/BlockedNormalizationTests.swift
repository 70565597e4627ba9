import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BlockedNormalizationTests {
  static let maps: [TensorShape] = [
    [1, 16, 5, 7], [2, 20, 13, 11], [3, 5, 24, 26], [5, 40, 1, 1], [2, 70, 17, 31],
  ]
  static let activations: [Activation?] = [
    nil, .relu, .relu(slope: 0.1), .relu6, .hardSwish, .silu,
  ]
  static let epsilon = 1e-3

  /// Numbers for everything, and the same by plain loops in double precision.
  struct Layer {
    var shape: TensorShape
    var activation: Activation?
    var x, scale, shift, slopes: [Float]

    init(_ shape: TensorShape, _ activation: Activation?) {
      (self.shape, self.activation) = (shape, activation)
      var generator = SeededGenerator(seed: UInt64(shape.elementCount))
      func random(_ count: Int, _ middle: Float) -> [Float] {
        (0..<count).map { _ in middle + Float.random(in: -1...1, using: &generator) }
      }
      // Far from zero, so that squares of sums would lose what counts.
      x = random(shape.elementCount, 30)
      scale = random(shape[1], 3)
      shift = random(shape[1], 0.5)
      slopes = random(shape.elementCount, 0.2)
      // Where an activation has a kink, rounding decides which slope holds.
      let means = means
      let variances = variances(means)
      for index in slopes.indices {
        let channel = channel(index)
        let normalized =
          (Double(x[index]) - means[channel]) / (variances[channel] + BlockedNormalizationTests.epsilon).squareRoot()
        let value = normalized * Double(scale[channel]) + Double(shift[channel])
        if [-3, 0, 3, 6].contains(where: { abs(value - $0) < 1e-3 }) { slopes[index] = 0 }
      }
    }

    func channel(_ index: Int) -> Int { index / (shape[2] * shape[3]) % shape[1] }
    var count: Double { Double(shape.elementCount / shape[1]) }

    /// Sums by channel.
    func sums(_ value: (Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: shape[1])
      for index in 0..<shape.elementCount { sums[channel(index)] += value(index) }
      return sums
    }

    var means: [Double] { sums { Double(x[$0]) }.map { $0 / count } }

    func variances(_ means: [Double]) -> [Double] {
      sums { (Double(x[$0]) - means[channel($0)]) * (Double(x[$0]) - means[channel($0)]) }.map { $0 / count }
    }
  }

  @Test(arguments: maps, activations)
  func forwardAndBackwardArePlainLoops(_ shape: TensorShape, _ activation: Activation?) throws {
    let layer = Layer(shape, activation)
    let kernel = try #require(
      BlockedNormalization(shape, epsilon: Float(Self.epsilon), activation: activation))
    let (source, slopes) = (BlockedMemory(layer.x, shape), BlockedMemory(layer.slopes, shape))
    let nothing = [Float](repeating: .nan, count: shape.elementCount)
    let (result, sourceGradient) = (BlockedMemory(nothing, shape), BlockedMemory(nothing, shape))
    let vectors = (0..<6).map { _ in UnsafeMutablePointer<Float>.allocate(capacity: shape[1]) }
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: kernel.scratchByteCount, alignment: 64)
    defer {
      for vector in vectors { vector.deallocate() }
      scratch.deallocate()
    }
    vectors[0].update(from: layer.scale, count: shape[1])
    vectors[1].update(from: layer.shift, count: shape[1])
    let bound = BlockedNormalization.Vectors(
      scale: vectors[0], shift: vectors[1], mean: vectors[2], variance: vectors[3])
    withExtendedLifetime((source, slopes)) {
      kernel.run(source: source.base, bound, destination: result.base, scratch: scratch)
      kernel.gradient(
        source: source.base, bound, gradient: slopes.base, result: sourceGradient.base, scaleGradient: vectors[4],
        shiftGradient: vectors[5], scratch: scratch)
    }

    let means = layer.means
    let variances = layer.variances(means)
    func normalized(_ index: Int) -> Double {
      let channel = layer.channel(index)
      return (Double(layer.x[index]) - means[channel]) / (variances[channel] + Self.epsilon).squareRoot()
    }
    func slope(_ index: Int) -> Double {
      let channel = layer.channel(index)
      let x = normalized(index) * Double(layer.scale[channel]) + Double(layer.shift[channel])
      return Double(layer.slopes[index]) * (activation.map { plainDerivative($0, x) } ?? 1)
    }
    let shiftGradients = layer.sums(slope)
    let scaleGradients = layer.sums { slope($0) * normalized($0) }
    for channel in 0..<shape[1] {
      #expect(abs(Double(vectors[2][channel]) - means[channel]) < 1e-5 * abs(means[channel]))
      #expect(abs(Double(vectors[3][channel]) - variances[channel]) < 1e-5)
      #expect(abs(Double(vectors[4][channel]) - scaleGradients[channel]) < 2e-4 * layer.count.squareRoot())
      #expect(abs(Double(vectors[5][channel]) - shiftGradients[channel]) < 2e-4 * layer.count.squareRoot())
    }
    let (values, gradients) = (result.plain, sourceGradient.plain)
    for index in 0..<shape.elementCount {
      let channel = layer.channel(index)
      let x = normalized(index) * Double(layer.scale[channel]) + Double(layer.shift[channel])
      #expect(abs(Double(values[index]) - (activation.map { plainActivation($0, x) } ?? x)) < 1e-4)
      let spread = (variances[channel] + Self.epsilon).squareRoot()
      let along = shiftGradients[channel] + normalized(index) * scaleGradients[channel]
      let expected = Double(layer.scale[channel]) / spread * (slope(index) - along / layer.count)
      // One cell a channel has no gradient but rounding, many times the rest.
      #expect(abs(Double(gradients[index]) - expected) < 2e-4 * max(1, Double(layer.scale[channel]) / spread))
    }
  }

  @Test func theNumberOfThreadsDoesNotShow() throws {
    let shape: TensorShape = [3, 20, 21, 19]
    let layer = Layer(shape, .silu)
    let results = try [1, 2, 3].map { threads in
      let kernel = try #require(
        KernelThreads.withCount(threads) {
          BlockedNormalization(shape, epsilon: Float(Self.epsilon), activation: .silu)
        })
      let (source, result) = (BlockedMemory(layer.x, shape), BlockedMemory(layer.x, shape))
      var numbers = layer.scale + layer.shift + [Float](repeating: 0, count: 2 * shape[1])
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: kernel.scratchByteCount, alignment: 64)
      defer { scratch.deallocate() }
      numbers.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        let vectors = (0..<4).map { base + $0 * 4 * shape[1] }
        withExtendedLifetime((source, result)) {
          kernel.run(
            source: source.base,
            BlockedNormalization.Vectors(scale: vectors[0], shift: vectors[1], mean: vectors[2], variance: vectors[3]),
            destination: result.base, scratch: scratch)
        }
      }
      return result.plain + numbers
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
