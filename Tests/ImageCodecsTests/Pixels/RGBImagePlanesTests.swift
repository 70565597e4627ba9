import ImageCodecs
import Testing

struct RGBImagePlanesTests {
  private func planes(
    _ image: RGBImage, to size: ImageSize, canvas: ImageSize, mean: [Float] = [0, 0, 0],
    deviation: [Float] = [1, 1, 1]
  ) -> [Float] {
    var result = [Float](repeating: .nan, count: 3 * canvas.width * canvas.height)
    result.withUnsafeMutableBufferPointer {
      image.writePlanes(resizedTo: size, canvas: canvas, mean: mean, deviation: deviation, into: $0)
    }
    return result
  }

  private func grey(_ values: [UInt8], width: Int) -> RGBImage {
    RGBImage(
      size: ImageSize(width: width, height: values.count / width), pixels: values.flatMap { [$0, $0, $0] })
  }

  /// Centres of four pixels lie at −0.25, 0.25, 0.75 and 1.25 among the two.
  @Test func enlargesBetweenCentres() {
    let size = ImageSize(width: 4, height: 1)
    let found = planes(grey([0, 255], width: 2), to: size, canvas: size)
    #expect(found == [Float]([0, 0.25, 0.75, 1, 0, 0.25, 0.75, 1, 0, 0.25, 0.75, 1]))
    let turned = ImageSize(width: 1, height: 4)
    #expect(planes(grey([0, 255], width: 1), to: turned, canvas: turned) == found)
  }

  /// The pixels in between do not count: no antialiasing.
  @Test func shrinksByBlendingTheNearest() {
    let size = ImageSize(width: 2, height: 1)
    let found = planes(grey([51, 255, 255, 255, 102, 0, 255, 255], width: 8), to: size, canvas: size)
    // Centres at 1.5 and 5.5.
    #expect(found.prefix(2) == [1, 0.5])
  }

  @Test func channelsAreNormalisedAndTheRestIsZero() {
    let image = RGBImage(size: ImageSize(width: 1, height: 1), pixels: [255, 0, 51])
    let found = planes(
      image, to: ImageSize(width: 2, height: 1), canvas: ImageSize(width: 3, height: 2), mean: [0.5, 0.25, 0],
      deviation: [0.5, 0.25, 2])
    let expected: [Float] = [1, 1, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0, 0.1, 0.1, 0, 0, 0, 0]
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-7 } && found.count == expected.count)
  }

  /// Against the formula in double precision, pixel by pixel.
  @Test(arguments: [(7, 5, 31, 13), (31, 13, 7, 5), (20, 30, 20, 30), (1, 9, 4, 3), (40, 3, 13, 50)])
  func agreesWithTheFormula(width: Int, height: Int, newWidth: Int, newHeight: Int) {
    let image = Fixtures.noise(ImageSize(width: width, height: height), seed: 3)
    let size = ImageSize(width: newWidth, height: newHeight)
    let found = planes(image, to: size, canvas: size)
    func taps(_ index: Int, _ source: Int, _ target: Int) -> (Int, Int, Double) {
      let position = max(0, Double(source) / Double(target) * (Double(index) + 0.5) - 0.5)
      return (Int(position), min(Int(position) + 1, source - 1), position - position.rounded(.down))
    }
    for channel in 0..<3 {
      for y in 0..<newHeight {
        let (top, bottom, vertical) = taps(y, height, newHeight)
        for x in 0..<newWidth {
          let (left, right, horizontal) = taps(x, width, newWidth)
          func value(_ row: Int, _ column: Int) -> Double {
            Double(image.pixels[3 * (row * width + column) + channel]) / 255
          }
          let above = (1 - horizontal) * value(top, left) + horizontal * value(top, right)
          let below = (1 - horizontal) * value(bottom, left) + horizontal * value(bottom, right)
          let expected = (1 - vertical) * above + vertical * below
          let place = (channel * newHeight + y) * newWidth + x
          #expect(abs(Double(found[place]) - expected) < 2e-5, "\(channel) \(y) \(x)")
        }
      }
    }
  }

  @Test func aBufferOfAnotherSizeIsTheCallersMistake() async {
    await #expect(processExitsWith: .failure) {
      var small = [Float](repeating: 0, count: 5)
      small.withUnsafeMutableBufferPointer {
        RGBImage(size: ImageSize(width: 1, height: 1)).writePlanes(
          resizedTo: ImageSize(width: 2, height: 1), canvas: ImageSize(width: 2, height: 1), mean: [0, 0, 0],
          deviation: [1, 1, 1], into: $0)
      }
    }
  }

  /// Of any length, sixteen pixels at once or not, to the last bit.
  @Test(arguments: [1, 15, 16, 17, 31, 50])
  func bytesBecomePlanes(width: Int) {
    let image = Fixtures.noise(ImageSize(width: width, height: 3), seed: UInt64(width))
    let (factors, offsets): ([Float], [Float]) = ([1 / 255, 0.017, -3], [0, -2.1, 0.3])
    var found = [Float](repeating: .nan, count: 9 * width)
    found.withUnsafeMutableBufferPointer { image.writePlanes(factors: factors, offsets: offsets, into: $0) }
    let expected = (0..<3).flatMap { channel in
      (0..<3 * width).map { Float(image.pixels[3 * $0 + channel]) * factors[channel] + offsets[channel] }
    }
    #expect(found == expected)
  }
}
