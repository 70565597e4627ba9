import DetectionUtilities

extension LabelledDataset {
  /// The images at the given places, in the order given, with the same classes.
  ///
  /// - Precondition: every index is a place in ``images``.
  public func subset(_ indices: some Sequence<Int>) -> LabelledDataset {
    LabelledDataset(
      classes: classes, stuffClasses: stuffClasses, images: indices.map { images[$0] }, audit: audit.ofSubset())
  }

  /// The images that a text file names, one file name, stem or path a line, in the order of this dataset.
  ///
  /// Empty lines and lines that begin with `#` are skipped. A second column (VOC's `ImageSets` have one) is ignored.
  /// Paths may be those of another machine, Windows as well: the image is the one whose path agrees with them the
  /// furthest from the end. Where several do, the line must hold enough of the path to tell them apart.
  ///
  /// - Throws: ``DatasetError`` naming the line where no image has that name, or the list where it is empty.
  public func filtered(byList path: String) throws -> LabelledDataset {
    let list = try ImageList(path: path)
    var audit = audit.ofSubset()
    let chosen = try list.places(
      in: images.map(\.path), relativeTo: [FilePath.folder(of: FilePath.absolute(path))], audit: &audit)
    return LabelledDataset(
      classes: classes, stuffClasses: stuffClasses, images: chosen.sorted().map { images[$0] }, audit: audit)
  }

  /// The images of one split: those that a `data.yaml` has in it, or that lie in folders of its name.
  ///
  /// - Throws: ``DatasetError`` where there is none.
  func filtered(bySplit split: DatasetSplit, path: String) throws -> LabelledDataset {
    let chosen = images.indices.filter { index in
      let image = images[index]
      return (image.split ?? DatasetSplit(parts: image.path.split(separator: "/").map(String.init))) == split
    }
    guard !chosen.isEmpty else {
      throw DatasetError(
        path: path, problem: "has no split '\(split.rawValue)': none of its images is in a folder of such a name")
    }
    return subset(chosen)
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
