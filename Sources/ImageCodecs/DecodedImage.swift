internal import CImageCodecs

/// A decoded image together with the size that it has at full scale.
public struct DecodedImage: Sendable {
  /// The upright pixels, at the scale that ``ImageDecodingOptions/minimumSize`` asked for.
  public let image: RGBImage
  /// The upright size at full scale: the one that annotations refer to.
  public let originalSize: ImageSize

  /// An image that is at full scale.
  public init(_ image: RGBImage) {
    self.image = image
    originalSize = image.size
  }

  /// Reads and decodes a JPEG or PNG file. The content decides which; an extension that says otherwise is an error.
  public init(contentsOf path: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    var file = try InputFile(path: path)
    // A look at the beginning first: a film or a device is not read to its end only to be refused.
    try file.read(upTo: ImageSignature.length)
    _ = try ImageSignature.format(of: file.bytes, name: path)
    try file.readAll()
    try self.init(encoded: file.bytes, name: path, options: options)
  }

  /// Decodes a whole JPEG or PNG file in memory; `name` stands in errors, and its extension must fit the content.
  public init(encoded: [UInt8], name: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    let header = try ImageHeader(encoded: encoded, name: name)
    let (pixelCount, overflow) = header.size.width.multipliedReportingOverflow(by: header.size.height)
    if overflow || pixelCount > options.maximumPixels {
      throw ImageError(file: name, reason: .tooManyPixels(header.size, limit: options.maximumPixels))
    }
    let reduction = header.format == .jpeg ? options.reduction(of: header.size) : 1
    let stored = header.storedSize.reduced(by: reduction)
    var result = CodecResult()
    let byteCount = 3 * stored.width * stored.height
    let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      let (width, height) = (Int32(stored.width), Int32(stored.height))
      switch header.format {
      case .jpeg:
        result = codec_jpeg_decode(
          encoded, encoded.count, Int32(reduction), Int32(clamping: options.maximumScans), buffer.baseAddress, width,
          height)
      case .png:
        let background = [options.background.red, options.background.green, options.background.blue]
        result = codec_png_decode(encoded, encoded.count, background, buffer.baseAddress, width, height)
      }
      count = result.status == CodecStatusDone ? byteCount : 0
    }
    try result.check(file: name, scanLimit: options.maximumScans)
    image = RGBImage(size: stored, pixels: pixels).oriented(header.orientation)
    originalSize = header.size
  }
}

extension RGBImage {
  /// Reads and decodes a JPEG or PNG file, upright. The content decides which format it is; an extension that says
  /// otherwise is an error.
  public init(contentsOf path: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    self = try DecodedImage(contentsOf: path, options: options).image
  }

  /// Decodes a whole JPEG or PNG file in memory; `name` stands in errors, and its extension must fit the content.
  public init(encoded: [UInt8], name: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    self = try DecodedImage(encoded: encoded, name: name, options: options).image
  }
}
