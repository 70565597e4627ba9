import ImageCodecs
import Testing

struct ImageTransformTests {
  @Test func letterboxByHand() {
    let box = Letterbox(source: ImageSize(width: 1280, height: 720), target: ImageSize(width: 640, height: 640))
    #expect(box.scale == 0.5)
    #expect(box.resizedSize == ImageSize(width: 640, height: 360))
    #expect(box.left == 0 && box.top == 140)
    #expect(box.toTarget(x: 1280, y: 720) == (640, 500))
    #expect(box.toSource(x: 320, y: 140) == (640, 0))
    #expect(box.toSource(x: 0, y: 0) == (0, -280))
  }

  @Test func upscalingOnlyWhereAllowed() {
    let (source, target) = (ImageSize(width: 100, height: 50), ImageSize(width: 200, height: 201))
    let enlarged = Letterbox(source: source, target: target)
    #expect(enlarged.resizedSize == ImageSize(width: 200, height: 100))
    #expect(enlarged.top == 50)
    let kept = Letterbox(source: source, target: target, allowUpscaling: false)
    #expect(kept.scale == 1)
    #expect(kept.resizedSize == source)
    #expect(kept.left == 50 && kept.top == 75)
  }

  @Test func stretchByHand() {
    let transform = ImageTransform(
      source: ImageSize(width: 100, height: 50), target: ImageSize(width: 200, height: 200), policy: .stretch)
    #expect(transform.toTarget(x: 10, y: 10) == (20, 40))
    #expect(transform.toSource(x: 20, y: 40) == (10, 10))
    let picture = Fixtures.noise(transform.source, seed: 1)
    #expect(transform.apply(to: picture) == picture.resized(to: transform.target))
  }

  /// Width and height of the image, of the resized one, and of the padded one, as torchvision 0.14 makes them.
  static let sizes: [(Int, Int, Int, Int, Int, Int, Int, Int)] = [
    (640, 480, 800, 1333, 1066, 800, 1088, 800),
    (480, 640, 800, 1333, 800, 1066, 800, 1088),
    // The longer side stops it: 1333/900 · 200 = 296.2.
    (900, 200, 800, 1333, 1333, 296, 1344, 320),
    // 800 · (1/17) in floats is a little less than 800/17: 799.99998 becomes 799.
    (24, 17, 800, 1333, 1129, 799, 1152, 800),
    (64, 64, 800, 1333, 800, 800, 800, 800),
    (500, 375, 320, 640, 426, 320, 448, 320),
    (333, 257, 320, 640, 414, 319, 416, 320),
    // A width of less than a pixel, which torchvision refuses, becomes one.
    (1, 10_000, 320, 640, 1, 639, 32, 640),
  ]

  @Test(arguments: sizes.indices) func shorterSideByHand(index: Int) {
    let (width, height, shorter, longer, resizedWidth, resizedHeight, paddedWidth, paddedHeight) = Self.sizes[index]
    let transform = ImageTransform(
      source: ImageSize(width: width, height: height), target: ImageSize(width: 1, height: 1),
      policy: .shorterSide(shorter, longerAtMost: longer))
    #expect(transform.resizedSize == ImageSize(width: resizedWidth, height: resizedHeight))
    #expect(transform.target == ImageSize(width: paddedWidth, height: paddedHeight))
    #expect(transform.clippingSize == transform.resizedSize && transform.left == 0 && transform.top == 0)
    // Exact per axis: the image's corner lands on the resized one's.
    #expect(transform.toTarget(x: Double(width), y: Double(height)) == (Double(resizedWidth), Double(resizedHeight)))
    #expect(transform.toSource(x: Double(resizedWidth), y: 0) == (Double(width), 0))
  }

  @Test(arguments: [ResizePolicy.letterbox, .stretch], [true, false])
  func thereAndBack(policy: ResizePolicy, allowUpscaling: Bool) {
    var generator = SplitMix64(state: 5)
    for _ in 0..<200 {
      let source = ImageSize(
        width: Int.random(in: 1...3000, using: &generator), height: Int.random(in: 1...3000, using: &generator))
      let target = ImageSize(
        width: Int.random(in: 1...1000, using: &generator), height: Int.random(in: 1...1000, using: &generator))
      let transform = ImageTransform(
        source: source, target: target, policy: policy, allowUpscaling: allowUpscaling)
      let point = (
        x: Double.random(in: 0...Double(source.width), using: &generator),
        y: Double.random(in: 0...Double(source.height), using: &generator)
      )
      let mapped = transform.toTarget(x: point.x, y: point.y)
      #expect(mapped.x >= 0 && mapped.x <= Double(target.width) + 1e-9)
      #expect(mapped.y >= 0 && mapped.y <= Double(target.height) + 1e-9)
      let back = transform.toSource(x: mapped.x, y: mapped.y)
      #expect(abs(back.x - point.x) < 1e-6 && abs(back.y - point.y) < 1e-6)
    }
  }

  @Test(arguments: [(30, 20, 24, 24), (20, 30, 24, 25), (7, 5, 24, 24), (1000, 1, 10, 10), (3, 3, 9, 4)])
  func paddingSurroundsTheResizedImage(sourceWidth: Int, sourceHeight: Int, width: Int, height: Int) {
    let picture = Fixtures.noise(ImageSize(width: sourceWidth, height: sourceHeight), seed: 4)
    let box = Letterbox(source: picture.size, target: ImageSize(width: width, height: height))
    let applied = box.apply(to: picture, fill: (1, 2, 3))
    let inner = picture.resized(to: box.resizedSize)
    #expect(applied.size == box.target)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = Array(applied.pixels[3 * (y * width + x)..<3 * (y * width + x) + 3])
        let (column, row) = (x - box.left, y - box.top)
        if (0..<inner.width).contains(column), (0..<inner.height).contains(row) {
          let start = 3 * (row * inner.width + column)
          #expect(pixel == Array(inner.pixels[start..<start + 3]))
        } else {
          #expect(pixel == [1, 2, 3])
        }
      }
    }
  }

  @Test func greyIsTheDefaultPadding() {
    let picture = RGBImage(size: ImageSize(width: 2, height: 4), color: (9, 9, 9))
    let applied = Letterbox(source: picture.size, target: ImageSize(width: 4, height: 4)).apply(to: picture)
    #expect(applied.pixels.prefix(12) == [114, 114, 114, 9, 9, 9, 9, 9, 9, 114, 114, 114])
  }

  /// Boxes map to the full-scale picture although only a reduced one was decoded.
  @Test func reducedDecodeFitsTheTransform() throws {
    let picture = Fixtures.smooth(ImageSize(width: 101, height: 67))
    let target = ImageSize(width: 25, height: 25)
    let decoded = try DecodedImage(
      encoded: picture.encodedJPEG(quality: 100), name: "a.jpg",
      options: .init(minimumSize: ImageSize(width: 25, height: 17)))
    #expect(decoded.image.size == ImageSize(width: 26, height: 17))
    let box = Letterbox(source: decoded.originalSize, target: target)
    #expect(Fixtures.greatestDifference(box.apply(to: decoded.image), box.apply(to: picture)) <= 16)
  }

  @Test func aForeignImageIsTheCallersMistake() async {
    await #expect(processExitsWith: .failure) {
      let box = Letterbox(source: ImageSize(width: 10, height: 10), target: ImageSize(width: 5, height: 5))
      _ = box.apply(to: RGBImage(size: ImageSize(width: 10, height: 9)))
    }
  }
}
