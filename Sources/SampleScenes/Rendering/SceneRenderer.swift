import ImageCodecs

/// Turns a scene into a picture.
struct SceneRenderer {
  private let shader: SceneShader
  private let seed: UInt64
  private let curve = ToneCurve.standard

  /// - Parameter seed: Of the grain: places on the lens, in shadows and the sensor's noise.
  init(_ scene: Scene, seed: UInt64) {
    shader = SceneShader(scene)
    self.seed = seed
  }

  struct Picture {
    var image: RGBImage
    /// By body: what a white matte surface would show in its place, 0 (black) to 1 (white); 0 where it is not seen.
    var lightLevels: [Double]
  }

  /// Two rays per pixel, and two more where they differ: at edges, in soft shadows and out of focus.
  func render() -> Picture {
    let size = ImageSize(width: Int(shader.scene.camera.width), height: Int(shader.scene.camera.height))
    var illumination = [(sum: Double, count: Int)](repeating: (0, 0), count: shader.scene.bodies.count)
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * size.width * size.height) { buffer, count in
      count = 3 * size.width * size.height
      for y in 0..<size.height {
        for x in 0..<size.width {
          var random = PixelRandom(seed: seed, x: x, y: y)
          let first = sample(x, y, 0, &random)
          let second = sample(x, y, 3, &random)
          var color = first.color + second.color
          if needsMore(first, second) {
            color = (color + sample(x, y, 1, &random).color + sample(x, y, 2, &random).color) * 0.25
          } else {
            color = color * 0.5
          }
          if first.body >= 0 {
            illumination[first.body].sum += Double(first.illumination)
            illumination[first.body].count += 1
          }
          let index = 3 * (y * size.width + x)
          buffer[index] = developed(color.x, &random)
          buffer[index + 1] = developed(color.y, &random)
          buffer[index + 2] = developed(color.z, &random)
        }
      }
    }
    let levels = illumination.map { entry in
      entry.count == 0 ? 0 : Double(ToneCurve.value(shader.scene.exposure * Float(entry.sum / Double(entry.count))))
    }
    return Picture(image: RGBImage(size: size, pixels: pixels), lightLevels: levels)
  }

  /// One ray through a quarter of the pixel, by a random point of the lens.
  @inline(__always)
  private func sample(_ x: Int, _ y: Int, _ quarter: Int, _ random: inout PixelRandom) -> SceneShader.Sample {
    let px = Float(x) + 0.5 * (Float(quarter & 1) + random.uniform())
    let py = Float(y) + 0.5 * (Float(quarter >> 1) + random.uniform())
    let lens = random.spreadPoint(quarter)
    let ray = shader.scene.camera.ray(x: px, y: py, lensX: lens.x, lensY: lens.y)
    return shader.sample(ray, quarter: quarter, using: &random)
  }

  @inline(__always) private func needsMore(_ first: SceneShader.Sample, _ second: SceneShader.Sample) -> Bool {
    if first.body != second.body { return true }
    let (a, b) = (first.color.luminance, second.color.luminance)
    return abs(a - b) > 0.08 * (a + b) + 0.02 / shader.scene.exposure
  }

  @inline(__always) private func developed(_ light: Float, _ random: inout PixelRandom) -> UInt8 {
    let exposed = light * shader.scene.exposure
    let deviation = shader.scene.readNoise + shader.scene.shotNoise * max(exposed, 0).squareRoot()
    return curve.byte(exposed + deviation * random.normal())
  }
}
