/// An image file format that can be read and written.
public enum ImageFormat: String, Sendable, Codable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"

  /// The format that a file name's extension stands for, or nil.
  public init?(fileName: String) {
    guard let name = ImageSignature.formatName(ofFileName: fileName) else { return nil }
    self.init(rawValue: name)
  }
}
