internal import CImageCodecs
internal import Files

/// A decoded image together with the size that it has at full scale.
public struct DecodedImage: Sendable {
  /// The upright pixels, at full scale or the reduced one that ``ImageDecodingOptions`` asks for.
  public let image: RGBImage
  /// The upright size at full scale: the one that annotations refer to.
  public let originalSize: ImageSize

  /// An image that is at full scale.
  public init(_ image: RGBImage) {
    self.image = image
    originalSize = image.size
  }

  /// Reads and decodes an image file. Its content decides the format, whatever its name says.
  public init(contentsOf path: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    var file = try InputFile(path: path)
    // A look at the beginning first: a film or a device is not read to its end only to be refused.
    try file.read(upTo: ImageSignature.length)
    _ = try ImageSignature.format(of: file.bytes, name: path)
    try file.readAll()
    try self.init(encoded: file.bytes, name: path, options: options)
  }

  /// Decodes a whole image file in memory; `name` stands in errors.
  public init(encoded: [UInt8], name: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    let header = try ImageHeader(encoded: encoded, name: name)
    let (pixelCount, overflow) = header.size.width.multipliedReportingOverflow(by: header.size.height)
    if overflow || pixelCount > options.maximumPixels {
      throw ImageError(file: name, reason: .tooManyPixels(header.size, limit: options.maximumPixels))
    }
    guard max(header.size.width, header.size.height) <= InputLimits.imageSide else {
      throw ImageError(file: name, reason: .unsupported("a side of more than \(InputLimits.imageSide) pixels"))
    }
    guard let reduction = options.reduction(of: header.size, format: header.format) else {
      throw ImageError(file: name, reason: .tooManyPixels(header.size, limit: options.maximumDecodedPixels))
    }
    let stored = header.storedSize.reduced(by: reduction)
    var result = CodecResult()
    let byteCount = 3 * stored.width * stored.height
    // Swift's arrays end the program where they get no memory. An image that is turned is there twice.
    let isTurned = header.orientation != .upright
    guard codec_has_memory(isTurned ? 2 * byteCount : byteCount) != 0 else {
      throw ImageError(file: name, reason: .outOfMemory)
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      let background = (options.background.red, options.background.green, options.background.blue)
      let target = CodecTarget(
        rgb: buffer.baseAddress, width: Int32(header.storedSize.width), height: Int32(header.storedSize.height),
        reduction: Int32(reduction), background: background)
      result =
        switch header.format {
        case .jpeg:
          codec_jpeg_decode(
            encoded, encoded.count, Int32(reduction), Int32(clamping: options.maximumScans), buffer.baseAddress,
            Int32(stored.width), Int32(stored.height))
        case .png: codec_png_decode(encoded, encoded.count, target)
        case .webp: codec_webp_decode(encoded, encoded.count, target)
        case .tiff: codec_tiff_decode(encoded, encoded.count, target)
        case .bmp: codec_bmp_decode(encoded, encoded.count, target)
        }
      count = result.status == CodecStatusDone ? byteCount : 0
    }
    try result.check(file: name, scanLimit: options.maximumScans)
    image = RGBImage(size: stored, pixels: pixels).oriented(header.orientation)
    originalSize = header.size
  }
}

extension RGBImage {
  /// Reads and decodes an image file, upright. Its content decides the format, whatever its name says.
  ///
  /// An image of more than ``ImageDecodingOptions/maximumDecodedPixels`` comes at a reduced scale, as ``DecodedImage``
  /// tells.
  public init(contentsOf path: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    self = try DecodedImage(contentsOf: path, options: options).image
  }

  /// Decodes a whole image file in memory, as ``init(contentsOf:options:)`` does; `name` stands in errors.
  public init(encoded: [UInt8], name: String, options: ImageDecodingOptions = .init()) throws(ImageError) {
    self = try DecodedImage(encoded: encoded, name: name, options: options).image
  }
}
