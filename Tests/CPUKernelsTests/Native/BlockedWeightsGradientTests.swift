import CPUKernels
import ComputeGraph
import KernelTesting
import TensorTesting
import Tensors
import Testing

@Suite struct BlockedWeightsGradientTests {
  @Test(arguments: [1, 5, 100])
  func isThePlainSum(_ group: Int) throws {
    let geometry = ConvolutionGeometry(inputChannels: 10, outputChannels: 20, kernelSize: 3, padding: 1)
    let (source, destination): (TensorShape, TensorShape) = ([2, 10, 9, 11], [2, 20, 9, 11])
    let gradient = try #require(
      BlockedWeightsGradient(geometry, source: source, destination: destination, group: group))
    var generator = SeededGenerator(seed: 3)
    let x = (0..<source.elementCount).map { _ in Float.random(in: -1...1, using: &generator) }
    let d = (0..<destination.elementCount).map { _ in Float.random(in: -1...1, using: &generator) }
    let weights = UnsafeMutablePointer<Float>.allocate(capacity: 20 * 10 * 9)
    let bias = UnsafeMutablePointer<Float>.allocate(capacity: 20)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: gradient.scratchByteCount, alignment: 64)
    defer {
      weights.deallocate()
      bias.deallocate()
      scratch.deallocate()
    }
    let (input, slopes) = (BlockedMemory(x, source), BlockedMemory(d, destination))
    withExtendedLifetime((input, slopes)) {
      gradient.run(
        source: input.base, destinationGradient: slopes.base, weights: weights, bias: bias, scratch: scratch)
    }

    func at(_ values: [Float], _ shape: TensorShape, _ image: Int, _ channel: Int, _ y: Int, _ x: Int) -> Double {
      guard (0..<shape[2]).contains(y), (0..<shape[3]).contains(x) else { return 0 }
      return Double(values[((image * shape[1] + channel) * shape[2] + y) * shape[3] + x])
    }
    for output in 0..<20 {
      var sum = 0.0
      for input in 0..<10 {
        for cell in 0..<9 {
          var expected = 0.0
          for image in 0..<2 {
            for row in 0..<9 {
              for column in 0..<11 {
                let slope = at(d, destination, image, output, row, column)
                expected += slope * at(x, source, image, input, row + cell / 3 - 1, column + cell % 3 - 1)
                if input == 0 && cell == 0 { sum += slope }
              }
            }
          }
          #expect(abs(Double(weights[(output * 10 + input) * 9 + cell]) - expected) < 1e-4)
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
