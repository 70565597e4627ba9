import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

extension BFloat16ConvolutionTests {
  /// A convolution in bf16 with operands, and what a plain loop makes of them.
  struct Problem {
    let geometry: ConvolutionGeometry
    let source: TensorShape
    let method: Method
    let activation: Activation?
    let epilogue: BlockedConvolution.FusedEpilogue?
    let destination: TensorShape
    var readsPlainInput = false
    var instructions = BFloat16.instructions
    private var x: [Float], w: [Float], b: [Float]?, a: [Float]?

    init(
      _ geometry: ConvolutionGeometry, _ source: TensorShape, _ method: Method, bias: Bool, hasAddend: Bool,
      activation: Activation?, epilogue: BlockedConvolution.FusedEpilogue? = nil
    ) {
      (self.geometry, self.source, self.method) = (geometry, source, method)
      (self.activation, self.epilogue) = (activation, epilogue)
      destination = [
        source[0], geometry.outputChannels, geometry.outputExtent(source[2], kernel: geometry.kernelHeight),
        geometry.outputExtent(source[3], kernel: geometry.kernelWidth),
      ]
      var generator = SeededGenerator(seed: 7)
      func values(_ count: Int, _ range: ClosedRange<Int>, times factor: Float = 1) -> [Float] {
        (0..<count).map { _ in factor * Float(Int.random(in: range, using: &generator)) }
      }
      x = values(source.elementCount, -8...8)
      // The transform of weights divides by 4.
      w = values(geometry.weightShape.elementCount, -3...3, times: 4)
      b = bias ? values(geometry.outputChannels, -20...20) : nil
      a = hasAddend ? values(destination.elementCount, -100...100) : nil
    }

    /// Numbers between −1 and 1 that bf16 holds, so that only the kernel rounds.
    mutating func useFractions() {
      var generator = SeededGenerator(seed: 8)
      func rounded(_ count: Int) -> [Float] {
        (0..<count).map { _ in
          Float(bitPattern: Float.random(in: -1...1, using: &generator).bitPattern & 0xffff_0000)
        }
      }
      (x, w) = (rounded(x.count), rounded(w.count))
      b = b.map { rounded($0.count) }
      a = a.map { rounded($0.count) }
    }

    /// The plain loop, N × C × H × W.
    var expected: [Double] {
      var result = plainConvolution(
        geometry, x.map(Double.init), source, w.map(Double.init), b?.map(Double.init), destination: destination)
      func add() {
        if let a { for index in result.indices { result[index] += Double(a[index]) } }
      }
      if epilogue != .addition { add() }
      if let activation { result = result.map { plainActivation(activation, $0) } }
      if epilogue == .addition { add() }
      guard epilogue == .pooling else { return result }
      let pooling = PoolingGeometry(kind: .maximum, kernelSize: 2, stride: 2)
      return plainPooling(pooling, result, destination, written)
    }

    /// Shape of what is written.
    private var written: TensorShape {
      guard epilogue == .pooling else { return destination }
      return [destination[0], destination[1], destination[2] / 2, destination[3] / 2]
    }

    /// Expects floats that are the plain loop's, unless there are none, and bf16 that are those rounded.
    func check(inFloats: Bool = true) throws {
      let expected = expected
      if inFloats { #expect(try run(inFloats: true).map(Double.init) == expected) }
      #expect(try run(inFloats: false) == expected.map { Self.rounded(Float($0)) })
    }

    /// The result, N × C × H × W.
    func run(inFloats: Bool) throws -> [Float] { try blocked(inFloats: inFloats).plain }

    /// The result in blocks.
    func memory(inFloats: Bool) throws -> [Float] {
      let result = try blocked(inFloats: inFloats)
      return withExtendedLifetime(result) { Array(result.memory) }
    }

    private func blocked(inFloats: Bool) throws -> BlockedMemory {
      let convolution = try #require(
        BFloat16Convolution(
          geometry, source: source, destination: destination, activation: activation, method: method,
          instructions: instructions, epilogue: epilogue, readsPlainInput: readsPlainInput, writesFloats: inFloats))
      let (weights, bias) = (Bytes(convolution.weightByteCount), Bytes(convolution.biasByteCount))
      let scratch = Bytes(convolution.scratchByteCount)
      convolution.packWeights(Tensor(shape: geometry.weightShape, values: w), to: weights.base)
      if let b { convolution.packBias(Tensor(shape: [b.count], values: b), to: bias.base) }
      let result = BlockedMemory([], written)
      let plain = Bytes(4 * x.count)
      plain.base.bindMemory(to: Float.self, capacity: x.count).update(from: x, count: x.count)
      let input = readsPlainInput ? plain : Bytes(rounding: BlockedMemory(x, source))
      let addend = a.map { Bytes(rounding: BlockedMemory($0, destination)) }
      // The addend is the destination's own memory where it may be, as in a plan.
      let half = inFloats ? nil : addend ?? Bytes(2 * result.memory.count)
      withExtendedLifetime((input, addend, half, result, weights, bias, scratch)) {
        convolution.run(
          source: input.base, weights: weights.base, bias: bias.base, addend: addend.map { UnsafeRawPointer($0.base) },
          destination: half?.base ?? result.base, scratch: scratch.base)
        if let half { BFloat16.widen(half.base, to: result.base, count: result.memory.count) }
      }
      return result
    }

    /// To the nearest bf16, halfway to even.
    static func rounded(_ value: Float) -> Float {
      let bits = value.bitPattern
      return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
    }
  }

  /// Zeroed memory, aligned for every kernel.
  final class Bytes {
    let base: UnsafeMutableRawPointer

    init(_ byteCount: Int) {
      base = .allocate(byteCount: max(byteCount, 64), alignment: 64)
      base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    }

    /// A map in bf16.
    convenience init(rounding map: BlockedMemory) {
      self.init(2 * map.memory.count)
      withExtendedLifetime(map) { BFloat16.round(map.base, to: base, count: map.memory.count) }
    }

    deinit { base.deallocate() }
  }
}
