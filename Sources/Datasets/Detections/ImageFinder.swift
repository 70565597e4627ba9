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
    let last = FilePath.lastComponent(of: name)
    let found = byFileName[last] ?? byStem[last] ?? byStem[FilePath.stem(of: last)] ?? []
    guard found.count > 1 else { return found.first }
    let narrowed = found.filter {
      let full = images[$0].path
      return full.hasSuffix("/" + name) || FilePath.withoutExtension(full).hasSuffix("/" + name)
    }
    return narrowed.count == 1 ? narrowed[0] : nil
  }
}
