import Files

/// Which images a dataset has already: the same file by two paths, by a link or from two lists, is one image.
struct SeenImages {
  private var byFile: [FileIdentity: DatasetSource.Image] = [:]
  /// Of images that are not there.
  private var byPath: [String: DatasetSource.Image] = [:]

  /// Nil where the image is new; otherwise what there is to say about its second listing.
  mutating func insert(_ image: DatasetSource.Image) -> (finding: DatasetFinding, place: DatasetPlace)? {
    let earlier: DatasetSource.Image?
    if let identity = FileIdentity(image.path) {
      earlier = byFile[identity]
      if earlier == nil { byFile[identity] = image }
    } else {
      earlier = byPath[image.path]
      if earlier == nil { byPath[image.path] = image }
    }
    guard let earlier else { return nil }
    if let first = earlier.split, let second = image.split, first != second {
      let detail = "in \(first.rawValue) and in \(second.rawValue)"
      return (.imageInTwoSplits, DatasetPlace(file: image.path, image: image.path, detail: detail))
    }
    let detail = earlier.path == image.path ? nil : "is \(earlier.path)"
    return (
      .duplicateImage, DatasetPlace(file: image.labelPath ?? image.path, image: image.path, detail: detail)
    )
  }
}
