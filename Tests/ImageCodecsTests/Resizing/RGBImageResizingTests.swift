import ImageCodecs
import Testing

struct RGBImageResizingTests {
  /// Every output pixel as a plain weighted mean over all source pixels, in double precision.
  static func reference(_ image: RGBImage, to target: ImageSize, antialias: Bool) -> [Double] {
    func weights(_ index: Int, source: Int, target: Int) -> [Double] {
      let scale = Double(source) / Double(target)
      let support = antialias ? max(1, scale) : 1
      let center = (Double(index) + 0.5) * scale
      let triangle = (0..<source).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
      let sum = triangle.reduce(0, +)
      return triangle.map { $0 / sum }
    }
    var result: [Double] = []
    for y in 0..<target.height {
      let vertical = weights(y, source: image.height, target: target.height)
      for x in 0..<target.width {
        let horizontal = weights(x, source: image.width, target: target.width)
        for channel in 0..<3 {
          var sum = 0.0
          for row in 0..<image.height where vertical[row] > 0 {
            for column in 0..<image.width where horizontal[column] > 0 {
              let sample = Double(image.pixels[3 * (row * image.width + column) + channel])
              sum += vertical[row] * horizontal[column] * sample
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  @Test(
    arguments: [
      (40, 30, 20, 15), (40, 30, 13, 29), (31, 17, 62, 34), (31, 17, 45, 5), (50, 3, 7, 9), (1, 1, 4, 3), (5, 7, 1, 1),
      (2, 2, 3, 3), (200, 150, 3, 2), (12, 1, 5, 1), (1, 12, 1, 30),
    ], [true, false])
  func agreesWithAPlainLoop(sizes: (Int, Int, Int, Int), antialias: Bool) {
    let picture = Fixtures.noise(ImageSize(width: sizes.0, height: sizes.1), seed: 7)
    let target = ImageSize(width: sizes.2, height: sizes.3)
    let resized = picture.resized(to: target, antialias: antialias)
    let expected = Self.reference(picture, to: target, antialias: antialias)
    #expect(resized.size == target)
    // Half for rounding to whole numbers; the rest for weights of 14 bits.
    #expect(zip(resized.pixels, expected).allSatisfy { abs(Double($0) - $1) <= 0.56 })
  }

  /// One axis in whole numbers: weights of 14 bits, of which the running sum is rounded.
  static func wholeWeights(source: Int, target: Int, antialias: Bool) -> [[(index: Int, weight: Int)]] {
    let scale = Double(source) / Double(target)
    let support = antialias ? max(1, scale) : 1
    return (0..<target).map { output in
      let center = (Double(output) + 0.5) * scale
      let exact = (0..<source).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
      let sum = exact.reduce(0, +)
      var (running, assigned) = (0.0, 0)
      return (0..<source).filter { exact[$0] > 0 }.map { index in
        running += exact[index] / sum
        let upTo = Int((running * 16384).rounded())
        defer { assigned = upTo }
        return (index, upTo - assigned)
      }
    }
  }

  /// Models are trained on these very bytes, whatever instructions the machine has.
  @Test(
    arguments: [
      (128, 72, 64, 36), (128, 72, 41, 23), (97, 31, 33, 50), (33, 40, 5, 3), (40, 9, 39, 8), (21, 13, 60, 41),
      (300, 20, 7, 3), (2, 3, 1, 7), (1, 1, 5, 5),
    ], [true, false])
  func givesTheBytesOfAPlainLoop(sizes: (Int, Int, Int, Int), antialias: Bool) {
    let picture = Fixtures.noise(ImageSize(width: sizes.0, height: sizes.1), seed: 11)
    let target = ImageSize(width: sizes.2, height: sizes.3)
    let columns = Self.wholeWeights(source: sizes.0, target: sizes.2, antialias: antialias)
    var expected: [UInt8] = []
    for rows in Self.wholeWeights(source: sizes.1, target: sizes.3, antialias: antialias) {
      let line = (0..<3 * sizes.0).map { place in
        (rows.reduce(64) { $0 + $1.weight * Int(picture.pixels[$1.index * 3 * sizes.0 + place]) }) >> 7
      }
      for taps in columns {
        for channel in 0..<3 {
          expected.append(UInt8(taps.reduce(1 << 20) { $0 + $1.weight * line[3 * $1.index + channel] } >> 21))
        }
      }
    }
    #expect(picture.resized(to: target, antialias: antialias).pixels == expected)
  }

  @Test func oneRowByHand() {
    let row = RGBImage(
      size: ImageSize(width: 4, height: 1), pixels: [0, 40, 100, 200].flatMap { [UInt8](repeating: $0, count: 3) })
    // Centres fall between two pixels: (0 + 40) / 2 and (100 + 200) / 2.
    let nearest = row.resized(to: ImageSize(width: 2, height: 1), antialias: false)
    #expect(nearest.pixels == [20, 20, 20, 150, 150, 150])
    // Weights 3 : 3 : 1 at the edge: (0·3 + 40·3 + 100) / 7 = 31.4 and (40 + 100·3 + 200·3) / 7 = 134.3.
    let smooth = row.resized(to: ImageSize(width: 2, height: 1))
    #expect(smooth.pixels == [31, 31, 31, 134, 134, 134])
    // Enlarged: the edge repeats, a quarter and three quarters between.
    let large = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [0, 0, 0, 100, 100, 100])
      .resized(to: ImageSize(width: 4, height: 2))
    #expect(large.pixels.prefix(12) == [0, 0, 0, 25, 25, 25, 75, 75, 75, 100, 100, 100])
    #expect(large.pixels.prefix(12) == large.pixels.suffix(12))
  }

  @Test(arguments: [UInt8(0), 1, 127, 254, 255])
  func oneColorStays(value: UInt8) {
    let picture = RGBImage(size: ImageSize(width: 97, height: 61), color: (value, 255 - value, value))
    for target in [ImageSize(width: 33, height: 50), ImageSize(width: 300, height: 7), ImageSize(width: 1, height: 1)] {
      #expect(picture.resized(to: target) == RGBImage(size: target, color: (value, 255 - value, value)))
    }
  }

  @Test func sameSizeIsTheSameImage() {
    let picture = Fixtures.noise(ImageSize(width: 9, height: 5), seed: 1)
    #expect(picture.resized(to: picture.size) == picture)
  }

  @Test func emptySizeIsTheCallersMistake() async {
    await #expect(processExitsWith: .failure) {
      _ = RGBImage(size: ImageSize(width: 1, height: 1)).resized(to: ImageSize(width: 0, height: 1))
    }
  }
}
