import ImageCodecs

/// The image under construction of one training sample: images are drawn onto a grey ground.
struct ImageCanvas {
  /// Whole pixels of the canvas.
  struct Region {
    var columns: Range<Int>
    var rows: Range<Int>
  }

  let size: ImageSize
  var pixels: [UInt8]

  /// - Parameter ground: the level of grey round the images.
  init(size: ImageSize, ground: UInt8) {
    self.size = size
    pixels = [UInt8](repeating: ground, count: 3 * size.width * size.height)
  }

  var wholeRegion: Region { Region(columns: 0..<size.width, rows: 0..<size.height) }
  consuming func image() -> RGBImage { RGBImage(size: size, pixels: pixels) }

  /// Draws an image into a region, bilinearly from the level of the pyramid that fits, with colours changed by `jitter`.
  ///
  /// The map is separable, so what depends on a column alone is worked out once per column. Interpolation is in fixed
  /// point with 8 bits of fraction, which is exact to half a level.
  mutating func draw(
    _ pyramid: ImagePyramid, at placement: ImagePlacement, clippedTo region: Region, jitter: ColorJitter?
  ) {
    let base = pyramid.levels[0].size
    let lying = ImagePlacement.lyingSize(of: base, isTransposed: placement.isTransposed)
    let levelIndex = pyramid.level(
      forScale: min(placement.width / Double(lying.width), placement.height / Double(lying.height)))
    let level = pyramid.levels[levelIndex]
    let levelScale = 1 / Double(1 << levelIndex)
    let extent = (x: Double(base.width) * levelScale, y: Double(base.height) * levelScale)

    let rowBytes = 3 * level.width
    let columns = SampledAxis(
      within: region.columns, start: placement.x, length: placement.width, isMirrored: placement.isMirroredInX,
      sourceExtent: placement.isTransposed ? extent.y : extent.x,
      sourceCount: placement.isTransposed ? level.height : level.width,
      step: placement.isTransposed ? rowBytes : 3)
    let rows = SampledAxis(
      within: region.rows, start: placement.y, length: placement.height, isMirrored: placement.isMirroredInY,
      sourceExtent: placement.isTransposed ? extent.x : extent.y,
      sourceCount: placement.isTransposed ? level.width : level.height,
      step: placement.isTransposed ? 3 : rowBytes)
    guard !columns.range.isEmpty, !rows.range.isEmpty else { return }

    let source = level.pixels.span
    let width = size.width
    var target = pixels.mutableSpan
    // Unchecked: the axes' offsets are clamped to the level, and their ranges to the canvas.
    for (row, y) in rows.range.enumerated() {
      let upper = Int(rows.samples[row].low)
      let lower = Int(rows.samples[row].high)
      let weightY = rows.samples[row].weight
      var output = 3 * (y * width + columns.range.lowerBound)
      for column in 0..<columns.range.count {
        let sample = columns.samples[column]
        let left = Int(sample.low)
        let right = Int(sample.high)
        for channel in 0..<3 {
          let a = Int32(source[unchecked: upper + left + channel])
          let b = Int32(source[unchecked: upper + right + channel])
          let c = Int32(source[unchecked: lower + left + channel])
          let d = Int32(source[unchecked: lower + right + channel])
          let top = a &* 256 &+ (b &- a) &* sample.weight
          let bottom = c &* 256 &+ (d &- c) &* sample.weight
          let mixed = top &* 256 &+ (bottom &- top) &* weightY
          target[unchecked: output + channel] = UInt8(truncatingIfNeeded: (mixed &+ 32768) >> 16)
        }
        output += 3
      }
      if let jitter {
        let start = 3 * (y * width + columns.range.lowerBound)
        jitter.apply(to: &target, bytes: start..<start + 3 * columns.range.count)
      }
    }
  }
}

/// Along one axis of a canvas: for every pixel the two source pixels between which it lies, and how far.
struct SampledAxis {
  struct Sample {
    /// Byte offsets within the source.
    var low: Int32
    var high: Int32
    /// Of `high`, from 0 to 256.
    var weight: Int32
  }

  /// The canvas's pixels whose centres lie on the placed image.
  let range: Range<Int>
  let samples: [Sample]

  init(
    within bounds: Range<Int>, start: Double, length: Double, isMirrored: Bool, sourceExtent: Double,
    sourceCount: Int, step: Int
  ) {
    let first = max(Double(bounds.lowerBound), (start - 0.5).rounded(.up))
    let end = min(Double(bounds.upperBound), (start + length - 0.5).rounded(.up))
    guard length > 0, first < end else {
      range = bounds.lowerBound..<bounds.lowerBound
      samples = []
      return
    }
    range = Int(first)..<Int(end)
    samples = range.map { pixel in
      let fraction = (Double(pixel) + 0.5 - start) / length
      let position = (isMirrored ? 1 - fraction : fraction) * sourceExtent - 0.5
      let floor = position.rounded(.down)
      let low = min(max(Int(floor), 0), sourceCount - 1)
      let high = min(max(Int(floor) + 1, 0), sourceCount - 1)
      return Sample(
        low: Int32(low * step), high: Int32(high * step), weight: Int32(((position - floor) * 256).rounded()))
    }
  }
}
