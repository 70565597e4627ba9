import DetectionUtilities

extension LabelledDataset {
  /// The images at the given places, in the order given, with the same classes.
  ///
  /// - Precondition: every index is a place in ``images``.
  public func subset(_ indices: some Sequence<Int>) -> LabelledDataset {
    LabelledDataset(classes: classes, images: indices.map { images[$0] }, audit: audit.ofSubset())
  }

  /// The images that a text file names, one file name, stem or path a line, in the order of this dataset.
  ///
  /// Empty lines and lines that begin with `#` are skipped. A second column (VOC's `ImageSets` have one) is ignored.
  /// Where several images have the same name, the line must hold enough of the path to tell them apart.
  ///
  /// - Throws: ``DatasetError`` naming the line where no image has that name.
  public func filtered(byList path: String) throws -> LabelledDataset {
    var places: [String: [Int]] = [:]
    for (index, image) in images.enumerated() {
      let name = image.fileName
      places[name, default: []].append(index)
      if FilePath.stem(of: name) != name { places[FilePath.stem(of: name), default: []].append(index) }
    }
    func find(_ text: String) -> [Int] {
      let found = places[FilePath.lastComponent(of: text)] ?? []
      guard found.count > 1 else { return found }
      return found.filter {
        let full = images[$0].path
        return full == text || full.hasSuffix("/" + text) || FilePath.withoutExtension(full).hasSuffix("/" + text)
      }
    }

    var chosen: Set<Int> = []
    for line in try TextFile(path: path).lines {
      let text = line.text.trimmed
      guard !text.isEmpty, !text.hasPrefix("#") else { continue }
      var found = find(text)
      if found.isEmpty, let first = line.fields.first { found = find(String(first)) }
      guard found.count == 1 else {
        let problem =
          found.isEmpty
          ? "no image of the dataset is called '\(text)'" : "\(found.count) images are called '\(text)'"
        throw DatasetError(
          path: path, line: line.number, problem: problem + "; expected one file name or stem of an image a line")
      }
      chosen.insert(found[0])
    }
    return subset(chosen.sorted())
  }

  /// Two parts of the dataset, the second with `fraction` of the images, chosen by file name.
  ///
  /// Images are ranked by a hash (FNV-1a) of their file name, mixed with the seed, and the first `fraction · count`
  /// of them, rounded, are held out: at least one and never all, where the fraction is not 0 and there are two images.
  /// The choice depends on names and seed alone, so that it is the same on every machine and after moving the folder.
  ///
  /// - Precondition: `fraction` is in [0, 1).
  public func split(fraction: Double, seed: UInt64) -> (training: LabelledDataset, validation: LabelledDataset) {
    precondition(fraction >= 0 && fraction < 1, "a validation fraction is at least 0 and below 1, not \(fraction)")
    var heldOut = Int((fraction * Double(images.count)).rounded())
    if fraction > 0, images.count > 1 { heldOut = min(max(heldOut, 1), images.count - 1) }
    if images.count < 2 { heldOut = 0 }
    let ranked = images.indices.map { (rank: LabelledDataset.rank(of: images[$0].fileName, seed: seed), index: $0) }
      .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
    let validation = Set(ranked.prefix(heldOut).map(\.index))
    return (subset(images.indices.filter { !validation.contains($0) }), subset(validation.sorted()))
  }

  private static func rank(of name: String, seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var mixed = hash ^ seed &* 0x9E37_79B9_7F4A_7C15
    return SeededGenerator.splitmix64(&mixed)
  }
}
