import CPUKernels
import ComputeGraph
import Tensors
import Testing

@Suite struct ConvolutionAlgorithmChoiceTests {
  typealias Geometry = ConvolutionGeometry

  static let directions: [Kernel.Direction] = [.inference, .forward, .backwardData, .backwardWeights]
  static let blocked = Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 3, padding: 1)

  @Test(arguments: directions)
  func directIsAlwaysTheLastResort(_ direction: Kernel.Direction) {
    for extent in [1, 4, 8, 13, 20, 32, 80, 160] {
      let candidates = ConvolutionAlgorithm.candidates(
        Self.blocked, direction, output: [1, 64, extent, extent])
      #expect(candidates.last == .direct)
      #expect(Set(candidates).count == candidates.count)
    }
  }

  @Test(arguments: [
    Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 1),
    Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 5, padding: 2),
    Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 3, stride: 2, padding: 1),
    Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 3, padding: 2, dilation: 2),
    Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 3, padding: 1, groups: 2),
    Geometry(inputChannels: 32, outputChannels: 64, kernelSize: 3, padding: 1, isTransposed: true),
    Geometry(inputChannels: 3, outputChannels: 64, kernelSize: 3, padding: 1),
    Geometry(inputChannels: 32, outputChannels: 75, kernelSize: 3, padding: 1),
  ])
  func everythingButDense3By3IsDirect(_ geometry: Geometry) {
    for direction in Self.directions {
      #expect(ConvolutionAlgorithm.candidates(geometry, direction, output: [1, 64, 80, 80]) == [.direct])
    }
  }

  /// Tiles of 4×4 outputs, over the batch: 20 of them for inference, 64 for training.
  @Test(
    .enabled(if: OneDNN.hasWinograd, "oneDNN has Winograd's algorithm in 2.x with AVX-512"),
    arguments: [
      (1, 16, 16, 2, nil), (1, 16, 20, 4, nil), (1, 32, 32, 4, 4), (1, 28, 32, 4, nil), (4, 16, 16, 4, 4),
    ] as [(Int, Int, Int, Int, Int?)])
  func enoughTilesMakeWinogradWorthIt(batch: Int, height: Int, width: Int, inference: Int, training: Int?) {
    let output: TensorShape = [batch, 64, height, width]
    for direction in Self.directions {
      let tile = direction == .inference ? inference : training
      let expected = (tile.map { [ConvolutionAlgorithm.winograd(tile: $0)] } ?? []) + [.direct]
      #expect(ConvolutionAlgorithm.candidates(Self.blocked, direction, output: output) == expected)
    }
  }

  @Test(.enabled(if: !OneDNN.hasWinograd, "this oneDNN has Winograd's algorithm"))
  func withoutWinogradEverythingIsDirect() {
    for direction in Self.directions {
      #expect(ConvolutionAlgorithm.candidates(Self.blocked, direction, output: [4, 64, 80, 80]) == [.direct])
    }
  }
}
