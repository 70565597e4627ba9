extension RGBImage {
  /// Some rows and columns of the image.
  ///
  /// - Precondition: they are within it, and not empty.
  public func cropped(columns: Range<Int>, rows: Range<Int>) -> RGBImage {
    precondition(
      !columns.isEmpty && !rows.isEmpty && columns.lowerBound >= 0 && rows.lowerBound >= 0
        && columns.upperBound <= width && rows.upperBound <= height,
      "columns \(columns) and rows \(rows) of an image of \(size)")
    if columns.count == width && rows.count == height { return self }
    var kept: [UInt8] = []
    kept.reserveCapacity(3 * columns.count * rows.count)
    for row in rows {
      let start = 3 * (row * width + columns.lowerBound)
      kept.append(contentsOf: pixels[start..<start + 3 * columns.count])
    }
    return RGBImage(size: ImageSize(width: columns.count, height: rows.count), pixels: kept)
  }

  /// Some rows and columns of the image as though it went on for ever, mirrored at its edges: beyond pixels a, b, c come c, b, a,
  /// a, b, c and so on.
  ///
  /// - Precondition: neither is empty.
  /// - Complexity: O(pixels of the result).
  public func mirrored(columns: Range<Int>, rows: Range<Int>) -> RGBImage {
    precondition(!columns.isEmpty && !rows.isEmpty, "columns \(columns) and rows \(rows) of an image")
    if columns.lowerBound >= 0 && rows.lowerBound >= 0 && columns.upperBound <= width && rows.upperBound <= height {
      return cropped(columns: columns, rows: rows)
    }
    func place(_ index: Int, _ extent: Int) -> Int {
      let within = ((index % (2 * extent)) + 2 * extent) % (2 * extent)
      return within < extent ? within : 2 * extent - 1 - within
    }
    let sources = columns.map { 3 * place($0, width) }
    let count = 3 * columns.count * rows.count
    let kept = pixels.withUnsafeBufferPointer { pixels in
      [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        var target = 0
        for row in rows {
          let start = 3 * width * place(row, height)
          for source in sources {
            for channel in 0..<3 { buffer[target + channel] = pixels[start + source + channel] }
            target += 3
          }
        }
        filled = count
      }
    }
    return RGBImage(size: ImageSize(width: columns.count, height: rows.count), pixels: kept)
  }

  /// The middle of the image at a scale where its shorter side is `side` pixels: sizes and the crop's corner are rounded down,
  /// as Caffe does. torchvision's `CenterCrop` rounds the corner's halves to the even side, one pixel further for every other
  /// odd margin.
  ///
  /// - Precondition: `target` is no larger than `side` on either side.
  public func centerCrop(_ target: ImageSize, ofShorterSide side: Int, antialias: Bool = true) -> RGBImage {
    let crop = size.centerCrop(target, ofShorterSide: side)
    return resized(to: crop.scaled, antialias: antialias).cropped(
      columns: crop.left..<crop.left + target.width, rows: crop.top..<crop.top + target.height)
  }
}

extension ImageSize {
  /// Where the middle of an image of this size lies: what `RGBImage.centerCrop(_:ofShorterSide:antialias:)` cuts out of the
  /// image at the size `scaled`.
  ///
  /// - Precondition: `target` is no larger than `side` on either side.
  package func centerCrop(
    _ target: ImageSize, ofShorterSide side: Int
  ) -> (scaled: ImageSize, left: Int, top: Int) {
    precondition(target.width <= side && target.height <= side, "\(target) of a shorter side of \(side)")
    let scaled =
      width <= height
      ? ImageSize(width: side, height: max(side, height * side / width))
      : ImageSize(width: max(side, width * side / height), height: side)
    return (scaled, (scaled.width - target.width) / 2, (scaled.height - target.height) / 2)
  }
}
