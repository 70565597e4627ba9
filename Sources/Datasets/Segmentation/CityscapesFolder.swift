import ImageCodecs

/// The form of Cityscapes (Cordts et al. 2016): `leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png` and
/// `gtFine/SPLIT/CITY/NAME_gtFine_labelTrainIds.png`, or `…_labelIds.png`; `gtCoarse` likewise.
enum CityscapesFolder {
  private static let imagesName = "leftImg8bit"
  private static let labelsNames = ["gtFine", "gtCoarse"]
  private static let trainIDs = "labelTrainIds"
  private static let ids = "labelIds"

  /// The folders of images and of labels: of the whole set, or of a folder within its `leftImg8bit`.
  static func places(in folder: String) -> (images: String, labels: String)? {
    let images = FilePath.joined(folder, imagesName)
    if FilePath.isFolder(images) {
      let labels = labelsNames.map { FilePath.joined(folder, $0) }.first(where: FilePath.isFolder)
      return labels.map { (images, $0) }
    }
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let place = parts.lastIndex(of: imagesName) else { return nil }
    let candidates = labelsNames.map { name in
      var parts = parts
      parts[place] = name
      return parts.joined(separator: "/")
    }
    return candidates.first(where: FilePath.isFolder).map { (folder, $0) }
  }

  /// Whether there are label files of the classes' training ids, which then are the ones that are read.
  static func hasTrainIDs(in labels: String) throws -> Bool {
    try FilePath.filesWithin(labels, extensions: ["png"]).contains { kind(of: $0) == trainIDs }
  }

  static func pairs(
    images: (folder: String, files: [String]), labels: (folder: String, files: [String])
  ) -> SegmentedSetPlace.Pairs {
    let wanted = labels.files.contains { kind(of: $0) == trainIDs } ? trainIDs : ids
    var byName = Dictionary(
      images.files.filter { FilePath.stem(of: $0).hasSuffix("_" + imagesName) }.map { file in
        (String(FilePath.withoutExtension(file).dropLast(imagesName.count + 1)), file)
      }
    ) { first, _ in first }
    var pairs = SegmentedSetPlace.Pairs()
    for file in labels.files where kind(of: file) == wanted {
      // NAME_gtFine_labelIds
      let name = FilePath.withoutExtension(file).split(separator: "_", omittingEmptySubsequences: false).dropLast(2)
        .joined(separator: "_")
      let path = FilePath.joined(labels.folder, file)
      if let image = byName.removeValue(forKey: name) {
        pairs.found.append(SegmentedSetPlace.Pair(image: FilePath.joined(images.folder, image), labels: path))
      } else {
        pairs.labelsWithoutImage.append(path)
      }
    }
    pairs.imagesWithoutLabels = byName.values.sorted()
    return pairs
  }

  /// What a label file has: `labelIds`, `labelTrainIds`, `instanceIds`, `color`.
  private static func kind(of file: String) -> String? {
    FilePath.stem(of: file).split(separator: "_").last.map(String.init)
  }

  /// The 19 classes that are evaluated, in the order of their training ids; by their ids, with those that count for nothing,
  /// where there are no files of training ids.
  static func classes(hasTrainIDs: Bool) throws -> LabelClasses {
    if hasTrainIDs {
      return try LabelClasses(
        evaluated.enumerated().map { LabelClasses.Entry(value: UInt8($0), name: $1.name, color: $1.color) },
        source: "Cityscapes' list")
    }
    let others = (0..<34).filter { id in !evaluated.contains { $0.id == id } }.map { id in
      LabelClasses.Entry(value: UInt8(id), name: "\(id) (ignored)", isIgnored: true)
    }
    return try LabelClasses(
      evaluated.map { LabelClasses.Entry(value: UInt8($0.id), name: $0.name, color: $0.color) } + others,
      source: "Cityscapes' list")
  }

  private static let evaluated: [(id: Int, name: String, color: RGBColor)] = [
    (7, "road", RGBColor(red: 128, green: 64, blue: 128)), (8, "sidewalk", RGBColor(red: 244, green: 35, blue: 232)),
    (11, "building", RGBColor(red: 70, green: 70, blue: 70)), (12, "wall", RGBColor(red: 102, green: 102, blue: 156)),
    (13, "fence", RGBColor(red: 190, green: 153, blue: 153)), (17, "pole", RGBColor(red: 153, green: 153, blue: 153)),
    (19, "traffic light", RGBColor(red: 250, green: 170, blue: 30)),
    (20, "traffic sign", RGBColor(red: 220, green: 220, blue: 0)),
    (21, "vegetation", RGBColor(red: 107, green: 142, blue: 35)),
    (22, "terrain", RGBColor(red: 152, green: 251, blue: 152)), (23, "sky", RGBColor(red: 70, green: 130, blue: 180)),
    (24, "person", RGBColor(red: 220, green: 20, blue: 60)), (25, "rider", RGBColor(red: 255, green: 0, blue: 0)),
    (26, "car", RGBColor(red: 0, green: 0, blue: 142)), (27, "truck", RGBColor(red: 0, green: 0, blue: 70)),
    (28, "bus", RGBColor(red: 0, green: 60, blue: 100)), (31, "train", RGBColor(red: 0, green: 80, blue: 100)),
    (32, "motorcycle", RGBColor(red: 0, green: 0, blue: 230)), (33, "bicycle", RGBColor(red: 119, green: 11, blue: 32)),
  ]
}
