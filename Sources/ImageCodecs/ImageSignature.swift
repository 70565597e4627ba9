/// What the first bytes of a file, and what its name, say about its format.
enum ImageSignature: Equatable {
  case image(ImageFormat)
  /// An image or document of a format that is not read here.
  case other(String)
  /// The beginning of a known signature, and then the end of the file.
  case incomplete
  case unknown

  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF]
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// How many bytes are needed at most.
  static let length = 16

  init(of bytes: [UInt8]) {
    func holds(_ signature: [UInt8], at offset: Int = 0) -> Bool {
      bytes.dropFirst(offset).starts(with: signature)
    }
    func holds(_ text: String, at offset: Int = 0) -> Bool { holds(Array(text.utf8), at: offset) }

    if holds(Self.jpeg) {
      self = .image(.jpeg)
    } else if holds(Self.png) {
      self = .image(.png)
    } else if !bytes.isEmpty, Self.jpeg.starts(with: bytes) || Self.png.starts(with: bytes) {
      self = .incomplete
    } else if holds("GIF8") {
      self = .other("GIF")
    } else if holds("RIFF"), holds("WEBP", at: 8) {
      self = .other("WebP")
    } else if holds([0x49, 0x49, 0x2A, 0x00]) || holds([0x4D, 0x4D, 0x00, 0x2A]) {
      self = .other("TIFF")
    } else if holds("ftypavif", at: 4) {
      self = .other("AVIF")
    } else if holds("ftyphei", at: 4) || holds("ftypmif1", at: 4) {
      self = .other("HEIF")
    } else if holds("BM"), bytes.count >= Self.length, bytes[6...9].allSatisfy({ $0 == 0 }) {
      self = .other("BMP")
    } else if holds("%PDF") {
      self = .other("PDF")
    } else {
      self = .unknown
    }
  }

  /// The format's name, where the content has one.
  var formatName: String? {
    switch self {
    case .image(let format): format.rawValue
    case .other(let name): name
    case .incomplete, .unknown: nil
    }
  }

  /// The name of the format that a file name's extension stands for, or nil.
  static func formatName(ofFileName fileName: String) -> String? {
    let lastComponent = fileName.split(separator: "/").last ?? ""
    guard let dot = lastComponent.lastIndex(of: ".") else { return nil }
    return switch lastComponent[dot...].dropFirst().lowercased() {
    case "jpg", "jpeg", "jpe", "jfif": "JPEG"
    case "png": "PNG"
    case "gif": "GIF"
    case "webp": "WebP"
    case "tif", "tiff": "TIFF"
    case "avif": "AVIF"
    case "heic", "heif": "HEIF"
    case "bmp": "BMP"
    case "pdf": "PDF"
    default: nil
    }
  }

  /// The format of an image to decode.
  ///
  /// - Throws: ``ImageError`` where the content is none, or is not what the name says.
  static func format(of bytes: [UInt8], name: String) throws(ImageError) -> ImageFormat {
    if bytes.isEmpty { throw ImageError(file: name, reason: .empty) }
    let signature = ImageSignature(of: bytes)
    if let content = signature.formatName, let named = formatName(ofFileName: name), content != named {
      throw ImageError(file: name, reason: .mislabelled(named: named, content: content))
    }
    switch signature {
    case .image(let format): return format
    case .other(let content):
      throw ImageError(file: name, reason: .unsupported("\(content) is not read, only JPEG and PNG"))
    case .incomplete: throw ImageError(file: name, reason: .truncated)
    case .unknown: throw ImageError(file: name, reason: .unknownFormat)
    }
  }
}
