/// An image file format that can be read.
///
/// The content of a file decides which one it is; its name only says what its owner takes it for.
public enum ImageFormat: String, Sendable, Codable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"
  case tiff = "TIFF"
  case bmp = "BMP"

  /// The format that a file name's extension stands for, or nil.
  public init?(fileName: String) {
    guard let name = ImageFileExtension.formatName(of: fileName) else { return nil }
    self.init(rawValue: name)
  }

  /// The format that a file's first bytes show; nil where it is none that is read, no regular file, or unreadable.
  public init?(contentsOf path: String) {
    do throws(ImageError) {
      var file = try InputFile(path: path)
      guard file.isRegular else { return nil }
      try file.read(upTo: ImageSignature.length)
      self = try ImageSignature.format(of: file.bytes, name: path)
    } catch {
      return nil
    }
  }

  /// Says that a file of this format is called something else, as "is PNG, but called .jpg"; nil where its extension
  /// fits, or stands for no format.
  public func misnaming(of fileName: String) -> String? {
    guard let named = ImageFileExtension.formatName(of: fileName), named != rawValue else { return nil }
    return "is \(rawValue), but called .\(ImageFileExtension.of(fileName))"
  }

  /// "JPEG, PNG, WebP, TIFF or BMP"
  public static let list: String = {
    let names = allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }()
}
