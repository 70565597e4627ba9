import DetectionUtilities
import ImageCodecs
import Models

extension ComponentBenchmark {
  /// From the file to the network's input, in parts and whole.
  mutating func timeImages(_ photo: (bytes: [UInt8], name: String)?) throws {
    let (bytes, name) = try photo ?? (Self.photo().encodedJPEG(quality: 90), "made.jpg")
    let image = try RGBImage(encoded: bytes, name: name)
    let size = "\(image.width)×\(image.height)"
    try time("decode \(size)") { _ = try RGBImage(encoded: bytes, name: name) }
    let half = ImageSize(width: (image.width + 1) / 2, height: (image.height + 1) / 2)
    try time("decode \(size) at half scale") {
      _ = try RGBImage(encoded: bytes, name: name, options: ImageDecodingOptions(minimumSize: half))
    }
    for side in [640, 416] {
      let target = ImageSize(width: side, height: side)
      let transform = ImageTransform(source: image.size, target: target, policy: .letterbox)
      let input = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3 * side * side)
      defer { input.deallocate() }
      let resized = transform.apply(to: image)
      time("normalise \(side)") {
        ImageBatch([resized], preprocessing: Preprocessing(inputSize: target)).write(to: input)
      }
      for antialias in [false, true] {
        let preprocessing = Preprocessing(inputSize: target, antialias: antialias)
        let suffix = antialias ? ", antialiased" : ""
        time("letterbox \(size) to \(side)\(suffix)") { _ = transform.apply(to: image, antialias: antialias) }
        time("letterbox and normalise to \(side)\(suffix)") {
          ImageBatch([image], preprocessing: preprocessing).write(to: input)
        }
        try time("decode, letterbox and normalise to \(side)\(suffix)") {
          let image = try RGBImage(encoded: bytes, name: name)
          ImageBatch([image], preprocessing: preprocessing).write(to: input)
        }
      }
    }
    timeFloatResizing(image)
  }

  /// As torchvision's detectors have it: resized in floats, padded to multiples of 32.
  private mutating func timeFloatResizing(_ image: RGBImage) {
    let preprocessing = Preprocessing(
      inputSize: ImageSize(width: 800, height: 800), resize: .shorterSide(800, longerAtMost: 1333),
      mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
    let batch = ImageBatch([image], preprocessing: preprocessing)
    let input = UnsafeMutableBufferPointer<Float>.allocate(capacity: batch.shape.elementCount)
    defer { input.deallocate() }
    time("resize and normalise to 800 in floats") {
      ImageBatch([image], preprocessing: preprocessing).write(to: input)
    }
  }

  /// Soft colours, rectangles and noise: a JPEG of it is about as large as a photo's.
  static func photo(_ size: ImageSize = ImageSize(width: 1280, height: 720)) -> RGBImage {
    var generator = SeededGenerator(seed: 3)
    func noise(_ divisor: Int) -> RGBImage {
      let small = ImageSize(width: size.width / divisor, height: size.height / divisor)
      let pixels = (0..<3 * small.width * small.height).map { _ in UInt8(generator.uniform(below: 256)) }
      return RGBImage(size: small, pixels: pixels).resized(to: size)
    }
    let (coarse, fine) = (noise(40), noise(4))
    var values = zip(coarse.pixels, fine.pixels).map { 0.82 * Float($0) + 0.18 * Float($1) }
    for _ in 0..<25 {
      let color = (0..<3).map { _ in Float(generator.uniform(below: 256)) }
      let (width, height) = (20 + generator.uniform(below: 280), 20 + generator.uniform(below: 230))
      let (left, top) = (generator.uniform(below: size.width), generator.uniform(below: size.height))
      for y in top..<min(top + height, size.height) {
        for x in left..<min(left + width, size.width) {
          for channel in 0..<3 { values[3 * (y * size.width + x) + channel] = color[channel] }
        }
      }
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: 3) {
      let grain = Float(generator.normal(deviation: 6))
      for channel in 0..<3 { pixels.append(UInt8(min(max(values[start + channel] + grain, 0), 255))) }
    }
    return RGBImage(size: size, pixels: pixels)
  }
}
