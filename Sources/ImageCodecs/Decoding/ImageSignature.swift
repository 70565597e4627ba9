/// What the first bytes of a file say about its format.
enum ImageSignature: Equatable {
  case image(ImageFormat)
  /// An image or document of a format that is not read here.
  case other(String)
  /// The beginning of a known signature, and then the end of the file.
  case incomplete
  case unknown

  /// How many bytes are needed at most.
  static let length = 256
  /// How many tell the formats that are read; every file of theirs is longer.
  static let leastLength = 18

  init(of bytes: [UInt8]) {
    let start = FileStart(bytes: bytes)
    if let format = start.format {
      self = .image(format)
    } else if start.mayBeginImage {
      self = .incomplete
    } else if let name = start.foreignName {
      self = .other(name)
    } else {
      self = .unknown
    }
  }

  /// The format of an image to decode, whatever its name says.
  ///
  /// - Throws: ``ImageError`` where the content is none that is read.
  static func format(of bytes: [UInt8], name: String) throws(ImageError) -> ImageFormat {
    if bytes.isEmpty { throw ImageError(file: name, reason: .empty) }
    switch ImageSignature(of: bytes) {
    case .image(let format): return format
    case .other(let content): throw ImageError(file: name, reason: .foreign(content))
    case .incomplete: throw ImageError(file: name, reason: .truncated)
    case .unknown: throw ImageError(file: name, reason: .unknownFormat)
    }
  }
}

/// The first bytes of a file.
private struct FileStart {
  let bytes: [UInt8]

  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF]
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let tiffs: [[UInt8]] = [
    [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A], [0x49, 0x49, 0x2B, 0x00], [0x4D, 0x4D, 0x00, 0x2B],
  ]
  /// The lengths of the header that follows the first 14 bytes of a BMP.
  private static let bmpHeaders: Set<UInt8> = [12, 16, 40, 52, 56, 64, 108, 124]

  private func holds(_ signature: [UInt8], at offset: Int = 0) -> Bool {
    bytes.dropFirst(offset).starts(with: signature)
  }

  private func holds(_ text: String, at offset: Int = 0) -> Bool { holds(Array(text.utf8), at: offset) }

  var format: ImageFormat? {
    if holds(Self.jpeg) { return .jpeg }
    if holds(Self.png) { return .png }
    if holds("RIFF"), holds("WEBP", at: 8) { return .webp }
    // Canon's raw photographs have a mark of their own.
    if Self.tiffs.contains(where: { holds($0) }), !holds("CR", at: 8) { return .tiff }
    if holds("BM"), bytes.count >= 18, Self.bmpHeaders.contains(bytes[14]), holds([0, 0, 0], at: 15) { return .bmp }
    return nil
  }

  /// Whether the bytes are what an image that is read begins with, and no more.
  var mayBeginImage: Bool {
    if bytes.isEmpty { return false }
    if ([Self.jpeg, Self.png] + Self.tiffs).contains(where: { $0.starts(with: bytes) }) { return true }
    if bytes.count < 12, holds("RIFF") || Array("RIFF".utf8).starts(with: bytes) { return true }
    return bytes.count < 18 && (holds("BM") || bytes == [0x42])
  }

  /// The name of a format that is not read.
  var foreignName: String? {
    if holds("ftyp", at: 4) { return mediaName }
    if let known = Self.foreign.first(where: { holds($0.signature) }) { return known.name }
    if holds("RIFF") { return "RIFF, such as a film or sound" }
    if holds([0x49, 0x49, 0x2A, 0x00]), holds("CR", at: 8) { return "CR2" }
    return textName
  }

  private static let foreign: [(signature: [UInt8], name: String)] = [
    (Array("GIF8".utf8), "GIF"), (Array("%PDF".utf8), "PDF"), (Array("8BPS".utf8), "PSD"),
    ([0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A], "JPEG 2000"),
    ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"), ([0xFF, 0x0A], "JPEG XL"),
    ([0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A], "JPEG XL"), ([0x49, 0x49, 0xBC], "JPEG XR"),
    ([0x76, 0x2F, 0x31, 0x01], "OpenEXR"), (Array("#?RADIANCE".utf8), "Radiance HDR"), (Array("qoif".utf8), "QOI"),
    (Array("IIRO".utf8), "ORF"), (Array("IIRS".utf8), "ORF"), (Array("IIU\0".utf8), "RW2"),
    (Array("FUJIFILMCCD-RAW".utf8), "RAF"), (Array("PK\u{3}\u{4}".utf8), "ZIP"), ([0x1F, 0x8B], "gzip"),
    ([0x1A, 0x45, 0xDF, 0xA3], "a film"), (Array("version https://git-lfs".utf8), "a Git LFS pointer"),
  ]

  /// What a file in boxes, as MP4 and HEIF have them, is by its brands.
  private var mediaName: String {
    let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    let brands = stride(from: 8, to: min(max(length, 12), bytes.count) - 3, by: 4).filter { $0 != 12 }.map {
      String(decoding: bytes[$0..<$0 + 4], as: UTF8.self)
    }
    if brands.contains(where: { ["avif", "avis"].contains($0) }) { return "AVIF" }
    if brands.contains(where: { ["heic", "heix", "heim", "heis", "hevc", "hevx"].contains($0) }) { return "HEIC" }
    switch brands.first {
    case "mif1", "msf1": return "HEIF"
    case "crx ": return "CR3"
    default: return "a film"
    }
  }

  private var textName: String? {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    if text.contains("<svg") { return "SVG" }
    if text.contains("<html") || text.contains("<!doctype html") { return "an HTML page" }
    let isPNM = bytes.count > 2 && bytes[0] == 0x50 && (0x31...0x37).contains(bytes[1])
    return isPNM && [0x20, 0x0A, 0x0D, 0x09].contains(bytes[2]) ? "PNM" : nil
  }
}
