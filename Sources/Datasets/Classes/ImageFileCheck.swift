import ImageCodecs

/// Looks at the headers of image files, and keeps what there is to say of them.
struct ImageFileCheck {
  private var unreadable: [String] = []
  private var onePixel: [String] = []

  /// Whether a file can be read as an image.
  mutating func accepts(_ path: String) -> Bool {
    guard let header = try? ImageHeader.read(path) else {
      unreadable.append(path)
      return false
    }
    if header.size.width * header.size.height == 1 { onePixel.append(path) }
    return true
  }

  /// Sentences about files that were left out, or that show nothing.
  var remarks: [String] {
    func sentence(_ files: [String], _ one: String, _ many: String) -> [String] {
      guard !files.isEmpty else { return [] }
      let listed = files.prefix(3).joined(separator: ", ") + (files.count > 3 ? ", …" : "")
      return ["\(files.count == 1 ? one : "\(files.count) \(many)"): \(listed)"]
    }
    return sentence(
      unreadable, "a file cannot be read as an image, and was left out",
      "files cannot be read as images, and were left out")
      + sentence(onePixel, "an image has one pixel, which shows nothing", "images have one pixel, which shows nothing")
  }
}
