import ImageCodecs
import Models
import Testing

@Suite struct ImageNormalizationTests {
  private func normalized(_ image: RGBImage, _ preprocessing: Preprocessing) -> [Float] {
    let input = NetworkInput(SourceImage(image), preprocessing: preprocessing)
    var values = [Float](repeating: 0, count: input.shape.elementCount)
    values.withUnsafeMutableBufferPointer { input.write(to: $0) }
    return values
  }

  /// Levels of 100 and 200 have the mean 150 and the deviation 50.
  @Test func anImageIsNormalisedByItself() {
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [100, 100, 100, 200, 200, 200])
    var preprocessing = Preprocessing(
      inputSize: image.size, mean: [0.5], standardDeviation: [0.25], normalization: .perImage)
    let values = normalized(image, preprocessing)
    #expect(zip(values, [-1, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    preprocessing.normalization = nil
    #expect(abs(normalized(image, preprocessing)[0] - (100 / 255 - 0.5) / 0.25) < 1e-5)
  }

  /// Over all channels, so that colours stay apart: 0 and 255 have the mean 127.5 and so the deviation.
  @Test func coloursStayApart() {
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [255, 0, 255, 0, 255, 0])
    let preprocessing = Preprocessing(inputSize: image.size, normalization: .perImage)
    let values = normalized(image, preprocessing)
    #expect(zip(values, [1, -1, -1, 1, 1, -1] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// A letterboxed image is normalised by its own pixels, and what is padded is 0.
  @Test func paddingIsTheMean() {
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [10, 10, 10, 20, 20, 20])
    let preprocessing = Preprocessing(
      inputSize: ImageSize(width: 2, height: 3), mean: [0], standardDeviation: [1], normalization: .perImage)
    let values = normalized(image, preprocessing)
    #expect(zip(values, [0, 0, -1, 1, 0, 0] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func anImageOfOneLevelStaysFinite() {
    let statistics = PixelStatistics(RGBImage(size: ImageSize(width: 3, height: 3), color: (7, 7, 7)))
    #expect(statistics.standardDeviation == Float(1) / 255)
    #expect(abs(statistics.mean - 7 / 255) < 1e-7)
  }
}
