internal import CImageCodecs
internal import Files

/// A PNG file with labels, as it stands in the file: one byte a pixel, or colours.
public enum LabelImage: Sendable {
  /// Places in a palette, or levels of grey of up to 8 bits, unscaled: of 1 bit they are 0 and 1. The palette is empty for grey.
  case indexed(LabelMap, palette: [RGBColor])
  /// Red, green and blue, without transparency.
  case colored(RGBImage)

  /// Reads a PNG file.
  ///
  /// - Throws: ``ImageError`` for a file that is not PNG: JPEG changes colours, and with them labels; and for 16 bits a pixel
  ///   and transparency, which no label map has.
  public init(contentsOf path: String) throws(ImageError) {
    var file = try InputFile(path: path)
    try file.read(upTo: ImageSignature.length)
    let format = try ImageSignature.format(of: file.bytes, name: path)
    guard format == .png else {
      throw ImageError(
        file: path, reason: .unsupported("labels in a \(format.rawValue) file; expected PNG, which changes no pixel"))
    }
    try file.readAll()
    try self.init(encoded: file.bytes, name: path)
  }

  /// Decodes a whole PNG file in memory; `name` stands in errors.
  public init(encoded: [UInt8], name: String) throws(ImageError) {
    let header = try ImageHeader(encoded: encoded, name: name)
    let size = header.storedSize
    let limit = InputLimits.labelledPixels
    guard size.width.multipliedReportingOverflow(by: size.height).partialValue <= limit,
      max(size.width, size.height) <= InputLimits.imageSide
    else { throw ImageError(file: name, reason: .tooManyPixels(size, limit: limit)) }
    let count = size.width * size.height
    var palette = [UInt8](repeating: 0, count: 3 * 256)
    var (paletteCount, channels): (Int32, Int32) = (0, 0)
    try codec_png_read_label_kind(encoded, encoded.count, &channels).check(file: name)
    let byteCount = Int(channels) * count
    guard codec_has_memory(byteCount) != 0 else { throw ImageError(file: name, reason: .outOfMemory) }
    var result = CodecResult()
    let samples = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
      result = palette.withUnsafeMutableBufferPointer { palette in
        withUnsafeMutablePointer(to: &paletteCount) { paletteCount in
          codec_png_decode_labels(
            encoded, encoded.count,
            CodecLabels(
              samples: buffer.baseAddress, width: Int32(size.width), height: Int32(size.height), channels: channels,
              palette: palette.baseAddress, palette_count: paletteCount))
        }
      }
      filled = result.status == CodecStatusDone ? byteCount : 0
    }
    try result.check(file: name)
    if channels == 3 {
      self = .colored(RGBImage(size: size, pixels: samples))
    } else {
      let colors = (0..<Int(paletteCount)).map {
        RGBColor(red: palette[3 * $0], green: palette[3 * $0 + 1], blue: palette[3 * $0 + 2])
      }
      self = .indexed(LabelMap(size: size, indices: samples), palette: colors)
    }
  }

  public var size: ImageSize {
    switch self {
    case .indexed(let map, _): map.size
    case .colored(let image): image.size
    }
  }
}

extension LabelMap {
  /// The map as a PNG file of 8 bits a pixel with a palette. Lossless.
  ///
  /// - Parameter palette: by class; at most 256. Bytes beyond it are black, and ``ignored`` is white.
  public func encodedPNG(palette: [RGBColor], name: String = "PNG image") throws(ImageError) -> [UInt8] {
    precondition(palette.count <= 256, "a palette of \(palette.count) colours")
    var colors = [UInt8](repeating: 0, count: 3 * 256)
    colors.replaceSubrange(3 * 255..<3 * 256, with: [255, 255, 255])
    for (index, color) in palette.enumerated() {
      colors.replaceSubrange(3 * index..<3 * index + 3, with: [color.red, color.green, color.blue])
    }
    var encoded = CodecBytes()
    let result = codec_png_encode_labels(
      indices, Int32(clamping: width), Int32(clamping: height), colors, &encoded)
    try result.check(file: name)
    return encoded.takeBytes()
  }
}
