import ComputeGraph
import Tensors
import Testing

@Suite struct GraphReachTests {
  private func convolution(_ name: String, _ size: Int, stride: Int = 1, padding: Int? = nil, dilation: Int = 1)
    -> Convolution
  {
    Convolution(
      name, inputChannels: 1, outputChannels: 1, kernelSize: size, stride: stride,
      padding: padding ?? dilation * (size / 2), dilation: dilation)
  }

  private func reach(
    _ extent: Int = 32, stride: Int = 1, _ network: (Value) -> Value
  ) throws -> NetworkReach {
    try Graph(inputChannels: 1) { [network($0)] }.reach(input: [1, 1, extent, extent], stride: stride)
  }

  @Test func convolutionsLookAsFarAsTheirTaps() throws {
    #expect(try reach { convolution("a", 3)($0) }.pixels == 1)
    #expect(try reach { convolution("b", 3, dilation: 4)(convolution("a", 5)($0)) }.pixels == 6)
    // Without padding the results are fewer, and look as far.
    #expect(try reach { convolution("b", 3, padding: 0)(convolution("a", 5, padding: 0)($0)) }.pixels == 3)
  }

  /// Two rows become one, which looks at its neighbours, and two again: rows 0 and 1 are made from rows −2 to 3.
  @Test func halvedAndDoubledMapsLookInPairs() throws {
    let doubling = ConvolutionGeometry(
      inputChannels: 1, outputChannels: 1, kernelSize: 2, stride: 2, isTransposed: true)
    for isLearnt in [true, false] {
      let found = try reach(stride: 2) { images in
        let x = convolution("a", 3)(images.maxPooled(kernelSize: 2, stride: 2))
        return isLearnt ? Convolution("t", geometry: doubling, hasBias: false)(x) : x.upsampled(by: 2)
      }
      #expect(found == NetworkReach(pixels: 2, seesWholeInput: false))
    }
    // A kernel of 4 with padding 1 reads one row beside: of rows 0 and 1 of the result −1 to 1 of the halved ones.
    let wide = ConvolutionGeometry(
      inputChannels: 1, outputChannels: 1, kernelSize: 4, stride: 2, padding: 1, isTransposed: true)
    let found = try reach(stride: 2) {
      Convolution("t", geometry: wide, hasBias: false)($0.maxPooled(kernelSize: 2, stride: 2))
    }
    #expect(found.pixels == 2)
  }

  /// Rows 0 to 3 lie between the rows −1 and 1 of the map at stride 4, whose convolution reads rows −5 to 5.
  @Test func resizedMapsLieBetweenTwoRows() throws {
    let found = try reach(stride: 4) { convolution("a", 3, stride: 4)($0).resized(like: $0) }
    #expect(found.pixels == 5)
  }

  @Test func meansOfTheWholeAreToldApart() throws {
    let found = try reach { images in
      let x = convolution("a", 3)(images)
      return x * convolution("b", 1)(x.globallyAveraged()).sigmoid()
    }
    #expect(found == NetworkReach(pixels: 1, seesWholeInput: true))
  }
}
