/// Finds a dataset's images by the names that other files give them.
struct ImageFinder {
  private let images: [LabelledImage]
  private var byFileName: [String: [Int]] = [:]
  private var byStem: [String: [Int]] = [:]

  init(_ images: [LabelledImage]) {
    self.images = images
    for (index, image) in images.enumerated() {
      let name = image.fileName
      byFileName[name, default: []].append(index)
      byStem[FilePath.stem(of: name), default: []].append(index)
    }
  }

  /// The place of the one image that has this file name or stem, where need be with folders before it; nil where there
  /// is none, or several could be meant.
  func place(of name: String) -> Int? {
    let found = candidates(for: name)
    return found.count == 1 ? found[0] : nil
  }

  /// The name for messages about an image that is not found: with the images that could be meant, where these are several.
  func description(of name: String) -> String {
    let found = candidates(for: name)
    guard found.count > 1 else { return name }
    return "\(name) (" + found.prefix(3).map { images[$0].path }.joined(separator: " or ") + "?)"
  }

  private func candidates(for name: String) -> [Int] {
    // Programs on Windows write their own separator.
    let name = name.contains("\\") ? name.replacing("\\", with: "/") : name
    let last = FilePath.lastComponent(of: name)
    // What follows a point is part of the name, unless it is the extension of an image.
    let isImageFile = ImageFinder.extensions.contains(FilePath.fileExtension(of: last))
    let found = byFileName[last] ?? byStem[last] ?? (isImageFile ? byStem[FilePath.stem(of: last)] : nil) ?? []
    guard found.count > 1 else { return found }
    let narrowed = found.filter {
      let full = images[$0].path
      return full == name || full.hasSuffix("/" + name) || FilePath.withoutExtension(full).hasSuffix("/" + name)
    }
    return narrowed.isEmpty ? found : narrowed
  }

  private static let extensions = FilePath.imageExtensions.union(["bmp", "gif", "tif", "tiff", "webp", "ppm"])
}
