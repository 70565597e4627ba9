/// Text files that hold the detections of one class each, as Darknet and the VOC kit write them.
struct DetectionClassFiles {
  /// Relative to their folder.
  let files: [String]
  /// Of the files, in their order.
  let classes: [String]

  /// Recognised where every file is called as the VOC kit has it, `comp4_det_test_CLASS.txt`, or by a class of the
  /// dataset and not by one of its images; nil otherwise.
  init?(_ files: [String], dataset: LabelledDataset, finder: ImageFinder) {
    let names = Set(dataset.classNames)
    let classes = files.compactMap { file in
      let stem = FilePath.stem(of: file)
      guard finder.place(of: FilePath.withoutExtension(file)) == nil else { return String?.none }
      return names.contains(stem) ? stem : DetectionClassFiles.className(in: stem, names: names)
    }
    guard !classes.isEmpty, classes.count == files.count else { return nil }
    self.files = files
    self.classes = classes
  }

  /// What follows the set of images in a name such as `comp4_det_test_traffic light`; a class of the dataset where one
  /// follows, since a class may have `_test_` in its name too.
  private static func className(in stem: String, names: Set<String>) -> String? {
    guard let match = stem.firstMatch(of: /^comp\d+(?:[_-][^_]+)?_det_/.ignoresCase()) else { return nil }
    let rest = stem[match.range.upperBound...]
    let ends = rest.indices.filter { rest[$0] == "_" }.map { rest[rest.index(after: $0)...] }
    if let known = ([rest] + ends).first(where: { names.contains(String($0)) }) { return String(known) }
    let sets = rest.matches(of: /(?:^|_)(?:trainval|train|minival|valid|val|test)(?:[-\d][^_]*)?_(?=.)/.ignoresCase())
    return String(sets.last.map { rest[$0.range.upperBound...] } ?? rest)
  }
}
