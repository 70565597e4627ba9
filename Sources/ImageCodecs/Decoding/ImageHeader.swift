internal import CImageCodecs

/// What an image file says about itself before its pixels.
public struct ImageHeader: Hashable, Sendable {
  public let format: ImageFormat
  /// Width and height of the upright image, as decoding gives it.
  public let size: ImageSize
  /// Width and height as stored, before the EXIF orientation.
  public let storedSize: ImageSize
  /// From EXIF, before the pixels of a JPEG or PNG or anywhere in a WebP; from the tag of that name in a TIFF.
  public let orientation: ImageOrientation
  /// Whether the file stores no colour.
  public let isGrey: Bool

  /// Reads a file's header without decoding pixels, and no more of the file than that takes.
  ///
  /// Success does not promise that the pixels are whole.
  public static func read(_ path: String) throws(ImageError) -> ImageHeader {
    var file = try InputFile(path: path)
    try file.read(upTo: ImageSignature.length)
    if try ImageSignature.format(of: file.bytes, name: path) == .tiff {
      // Its header may stand anywhere, mostly at the end.
      if file.isRegular {
        return try file.withDescriptor { (descriptor) throws(ImageError) in
          try ImageHeader(tiff: descriptor, name: path)
        }
      }
      try file.readAll()
    }
    var wanted = 1 << 14
    while true {
      try file.read(upTo: wanted)
      do {
        return try ImageHeader(encoded: file.bytes, name: path)
      } catch  where error.reason == .truncated && !file.reachedEnd {
        wanted *= 4
      }
    }
  }

  /// The header of the image file that `encoded` holds, whole or its beginning; `name` stands in errors.
  public init(encoded: [UInt8], name: String) throws(ImageError) {
    let format = try ImageSignature.format(of: encoded, name: name)
    var header = CodecHeader()
    let result =
      switch format {
      case .jpeg: codec_jpeg_read_header(encoded, encoded.count, &header)
      case .png: codec_png_read_header(encoded, encoded.count, &header)
      case .webp: codec_webp_read_header(encoded, encoded.count, &header)
      case .tiff: codec_tiff_read_header(encoded, encoded.count, &header)
      case .bmp: codec_bmp_read_header(encoded, encoded.count, &header)
      }
    try result.check(file: name)
    self.init(format: format, header)
  }

  private init(tiff descriptor: Int32, name: String) throws(ImageError) {
    var header = CodecHeader()
    try codec_tiff_read_header_of_file(descriptor, &header).check(file: name)
    self.init(format: .tiff, header)
  }

  private init(format: ImageFormat, _ header: CodecHeader) {
    self.format = format
    storedSize = ImageSize(width: Int(header.width), height: Int(header.height))
    orientation = ImageOrientation(rawValue: Int(header.orientation)) ?? .upright
    size = orientation.upright(storedSize)
    isGrey = header.is_grey != 0
  }
}
