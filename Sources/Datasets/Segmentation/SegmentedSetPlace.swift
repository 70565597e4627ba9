import ImageCodecs

/// Where the images and labels of a set lie.
struct SegmentedSetPlace {
  struct Pair: Sendable {
    var image: String
    var labels: String
  }

  let folder: String
  let format: SegmentedSet.Format
  let images: String
  let labels: String

  private static let imageFolders = ["images", "image", "JPEGImages", "imgs"]
  private static let labelFolders = ["labels", "label", "masks", "mask", "annotations", "SegmentationClass"]

  init(_ folder: String) throws {
    self.folder = folder
    if let (images, labels) = CityscapesFolder.places(in: folder) {
      (format, self.images, self.labels) = (.cityscapes, images, labels)
      return
    }
    if FilePath.isFolder(folder + "annot") {
      (format, images, labels) = (.camVid, folder, folder + "annot")
      return
    }
    if let images = FilePath.folder(named: ["JPEGImages"], in: folder),
      let labels = FilePath.folder(named: ["SegmentationClass"], in: folder)
    {
      (format, self.images, self.labels) = (.voc, images, labels)
      return
    }
    guard let images = FilePath.folder(named: Self.imageFolders, in: folder),
      let labels = FilePath.folder(named: Self.labelFolders, in: folder)
    else {
      throw DatasetError(
        path: folder,
        problem: "has no folders of images and labels; expected images and labels in it, JPEGImages and "
          + "SegmentationClass, leftImg8bit and gtFine, a COCO file, or beside it "
          + "\(FilePath.lastComponent(of: folder))annot")
    }
    (format, self.images, self.labels) = (.folders, images, labels)
  }

  /// Every label file with the image of its name, label files that have none, and the images that have no labels.
  struct Pairs {
    var found: [Pair] = []
    /// Absolute.
    var labelsWithoutImage: [String] = []
    /// Relative to the folder of images.
    var imagesWithoutLabels: [String] = []
  }

  func pairs() throws -> Pairs {
    let imageFiles = try FilePath.filesWithin(images, extensions: ImageFileExtension.read)
    let labelFiles = try FilePath.filesWithin(labels, extensions: ImageFileExtension.read)
    if format == .cityscapes {
      return CityscapesFolder.pairs(images: (images, imageFiles), labels: (labels, labelFiles))
    }
    var byStem = Dictionary(imageFiles.map { (FilePath.withoutExtension($0), $0) }) { first, _ in first }
    var pairs = Pairs()
    for file in labelFiles {
      let path = FilePath.joined(labels, file)
      if let image = byStem.removeValue(forKey: FilePath.withoutExtension(file)) {
        pairs.found.append(Pair(image: FilePath.joined(images, image), labels: path))
      } else {
        pairs.labelsWithoutImage.append(path)
      }
    }
    pairs.imagesWithoutLabels = byStem.values.sorted()
    return pairs
  }

  /// The list of classes beside the labels, Cityscapes' or VOC's; nil where bytes are numbered classes.
  func knownClasses() throws -> LabelClasses? {
    if let list = try LabelClassesFile.find(in: [folder, FilePath.folder(of: folder)]) { return list }
    return switch format {
    case .voc: try LabelClassesFile.voc()
    case .cityscapes: try CityscapesFolder.classes(hasTrainIDs: CityscapesFolder.hasTrainIDs(in: labels))
    default: nil
    }
  }
}

extension SegmentedSet {
  /// Whether a folder has images and label files in one of the forms of ``Format``.
  public static func hasLabelFiles(at path: String) -> Bool {
    let path = FilePath.absolute(path)
    guard FilePath.isFolder(path), let pairs = try? SegmentedSetPlace(path).pairs() else { return false }
    return !pairs.found.isEmpty
  }
}

extension SegmentedSetSource {
  /// The images of a folder.
  init(_ place: SegmentedSetPlace) throws {
    let pairs = try place.pairs()
    if let path = pairs.labelsWithoutImage.first {
      throw DatasetError(path: path, problem: "has no image of its name in \(place.images)")
    }
    guard !pairs.found.isEmpty else {
      throw DatasetError(
        path: place.labels, problem: "has no label file; expected PNG files with the names of the images")
    }
    var remarks: [String] = []
    // Of VOC's images a seventh has labels of pixels.
    if !pairs.imagesWithoutLabels.isEmpty, place.format != .voc {
      let listed = pairs.imagesWithoutLabels.prefix(3).joined(separator: ", ")
      let count = pairs.imagesWithoutLabels.count
      remarks = ["\(count) images without labels, left out: \(listed)\(count > 3 ? ", …" : "")"]
    }
    self.init(
      path: place.folder, format: place.format,
      classes: try place.knownClasses() ?? Self.numberedClasses(of: pairs.found, place),
      entries: pairs.found.map { Entry(image: $0.image, labelPath: $0.labels, labels: .file) }, remarks: remarks)
  }

  /// One for every byte that the files have.
  private static func numberedClasses(
    of pairs: [SegmentedSetPlace.Pair], _ place: SegmentedSetPlace
  ) throws -> LabelClasses {
    var isFound = [Bool](repeating: false, count: 256)
    for pair in pairs {
      guard case .indexed(let map, _) = try LabelSource.file(at: pair.labels) else {
        throw DatasetError(
          path: pair.labels,
          problem:
            "is in colours; expected classes.csv with the columns name, r, g and b in \(place.folder) or above it")
      }
      for (value, count) in map.counts.enumerated() where count > 0 { isFound[value] = true }
    }
    let values = (0..<255).filter { isFound[$0] }
    return try LabelClasses(numbered: values.map { UInt8($0) }, source: place.folder)
  }
}
