internal import CImageCodecs

/// What an image file says about itself before its pixels.
public struct ImageHeader: Hashable, Sendable {
  public let format: ImageFormat
  /// Width and height of the upright image, as decoding gives it.
  public let size: ImageSize
  /// Width and height as stored, before the EXIF orientation.
  public let storedSize: ImageSize
  /// From EXIF: a JPEG's APP1 segment, or an eXIf chunk before a PNG's pixels.
  public let orientation: ImageOrientation
  /// Whether the file stores no colour.
  public let isGrey: Bool

  /// Reads a file's header without decoding pixels, and no more of the file than that takes.
  ///
  /// Success does not promise that the pixels are whole.
  public static func read(_ path: String) throws(ImageError) -> ImageHeader {
    var file = try InputFile(path: path)
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

  /// The header at the beginning of `encoded`; `name` stands in errors, and its extension must fit the content.
  public init(encoded: [UInt8], name: String) throws(ImageError) {
    format = try ImageSignature.format(of: encoded, name: name)
    var header = CodecHeader()
    let result =
      switch format {
      case .jpeg: codec_jpeg_read_header(encoded, encoded.count, &header)
      case .png: codec_png_read_header(encoded, encoded.count, &header)
      }
    try result.check(file: name)
    storedSize = ImageSize(width: Int(header.width), height: Int(header.height))
    orientation = ImageOrientation(rawValue: Int(header.orientation)) ?? .upright
    size = orientation.upright(storedSize)
    isGrey = header.is_grey != 0
  }
}
