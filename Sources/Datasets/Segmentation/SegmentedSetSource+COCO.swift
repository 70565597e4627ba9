import ImageCodecs

extension SegmentedSetSource {
  /// The images of a COCO file, on which its objects are to be drawn.
  ///
  /// Pixels without an object are of a class `background`, the file's own of that name or one before all others. Where objects
  /// overlap the smaller one lies on top, as in most label maps that are made of instances; crowds are drawn like any other.
  init(objectsOf path: String, imagesFolder: String?) throws {
    let file = try COCOGroundTruthFile.read(from: path, segmentations: true)
    let list = try COCOLabelClasses(file.categories.map { ($0.id, $0.name) }, path: path, hasBackground: true)
    let files = COCOImageFiles(file.images, path: path)
    var objects: [Int: [LabelSource.DrawnObject]] = [:]
    var withoutPixels = 0
    for annotation in file.annotations {
      guard let classIndex = list.indices[annotation.categoryID] else {
        throw DatasetError(
          path: path,
          problem: "annotation \(annotation.id) is of the category \(annotation.categoryID), which the list of "
            + "categories lacks")
      }
      guard let outline = annotation.segmentation else {
        withoutPixels += 1
        continue
      }
      objects[annotation.imageID, default: []].append(
        LabelSource.DrawnObject(annotationID: annotation.id, classIndex: classIndex, outline: outline))
    }
    guard !objects.isEmpty else {
      throw DatasetError(
        path: path, problem: "has no object with a segmentation; expected outlines or run lengths, not boxes alone")
    }
    var (entries, remarks) = try files.entries(imagesFolder: imagesFolder) { image in
      (path, .objects(objects[image.id] ?? [], background: list.background ?? 0))
    }
    if withoutPixels > 0 { remarks.append("\(withoutPixels) objects without a segmentation, left out") }
    entries.sort { $0.image < $1.image }
    self.init(path: path, format: .coco, classes: list.classes, entries: entries, remarks: remarks)
  }

  /// The images of a panoptic file, with a picture of segments each.
  init(_ file: PanopticFile, imagesFolder: String?) throws {
    let path = file.path
    let list = try COCOLabelClasses(file.categories.map { ($0.id, $0.name) }, path: path, hasBackground: false)
    let folder = try file.picturesFolder()
    let files = COCOImageFiles(file.images, path: path)
    var annotations: [Int: PanopticFile.Annotation] = [:]
    for annotation in file.annotations {
      guard annotations.updateValue(annotation, forKey: annotation.imageID) == nil else {
        throw DatasetError(
          path: path, problem: "annotations: the image \(annotation.imageID) stands twice; expected it once")
      }
    }
    let labelled = file.images.filter { annotations[$0.id] != nil }
    var (entries, remarks) = try COCOImageFiles(labelled, path: path).entries(imagesFolder: imagesFolder) { image in
      var classes: [Int: UInt8] = [:]
      for segment in annotations[image.id]?.segments ?? [] {
        guard let index = list.indices[segment.categoryID] else {
          throw DatasetError(
            path: path,
            problem: "the segment \(segment.id) of '\(image.fileName)' is of the category \(segment.categoryID), which "
              + "the list of categories lacks")
        }
        classes[segment.id] = index
      }
      return (FilePath.joined(folder, annotations[image.id]?.fileName ?? ""), .segments(classes))
    }
    let without = files.images.count - labelled.count
    if without > 0 { remarks.append("\(without) images without labels, left out") }
    entries.sort { $0.image < $1.image }
    self.init(path: path, format: .panoptic, classes: list.classes, entries: entries, remarks: remarks)
  }
}

/// The categories of a COCO file as classes of label maps.
struct COCOLabelClasses {
  let classes: LabelClasses
  /// By category id.
  let indices: [Int: UInt8]
  /// The class of pixels without an object.
  let background: UInt8?

  /// Values are the categories' ids where those are 1 to 254, or else numbers from 1 (from 0 where there is no background).
  ///
  /// - Throws: ``DatasetError`` for ids or names that stand twice, and more categories than a label map can have.
  init(_ categories: [(id: Int, name: String)], path: String, hasBackground: Bool) throws(DatasetError) {
    let sorted = categories.sorted { $0.id < $1.id }
    let own = hasBackground ? sorted.firstIndex { $0.name.lowercased() == "background" } : nil
    let needsBackground = hasBackground && own == nil
    let limit = needsBackground ? LabelMap.mostClasses - 1 : LabelMap.mostClasses
    guard sorted.count <= limit else {
      throw DatasetError(path: path, problem: "has \(sorted.count) categories; expected at most \(limit)")
    }
    let keepsIDs = sorted.allSatisfy { ($0.id >= (needsBackground ? 1 : 0)) && $0.id < Int(LabelMap.ignored) }
    var entries = needsBackground ? [LabelClasses.Entry(value: 0, name: "background")] : []
    var indices: [Int: UInt8] = [:]
    for category in sorted {
      let index = UInt8(entries.count)
      guard indices.updateValue(index, forKey: category.id) == nil else {
        throw DatasetError(path: path, problem: "categories: the id \(category.id) stands twice; expected it once")
      }
      entries.append(LabelClasses.Entry(value: keepsIDs ? UInt8(category.id) : index, name: category.name))
    }
    classes = try LabelClasses(entries, source: path)
    self.indices = indices
    background = hasBackground ? own.map { UInt8($0) } ?? 0 : nil
  }
}

/// The images of a COCO file, to be found on disk.
struct COCOImageFiles {
  let images: [COCOGroundTruthFile.Image]
  let path: String

  init(_ images: [COCOGroundTruthFile.Image], path: String) {
    self.images = images
    self.path = path
  }

  /// Those that are there, and what to say of the others.
  func entries(
    imagesFolder: String?, labels: (COCOGroundTruthFile.Image) throws -> (path: String, LabelSource)
  ) throws -> (found: [SegmentedSetSource.Entry], remarks: [String]) {
    var audit = DatasetAudit()
    let paths = try COCOReader.imagePaths(
      of: images.map(\.fileName), listedIn: path, options: DatasetReadingOptions(imagesFolder: imagesFolder),
      audit: &audit)
    var entries: [SegmentedSetSource.Entry] = []
    var missing: [String] = []
    var seen: Set<Int> = []
    for image in images {
      guard seen.insert(image.id).inserted else {
        throw DatasetError(path: path, problem: "images: the id \(image.id) stands twice; expected it once")
      }
      guard let file = paths[image.fileName], FilePath.exists(file) else {
        missing.append(image.fileName)
        continue
      }
      let (labelPath, source) = try labels(image)
      let stated = image.width > 0 && image.height > 0 ? ImageSize(width: image.width, height: image.height) : nil
      entries.append(SegmentedSetSource.Entry(image: file, labelPath: labelPath, labels: source, stated: stated))
    }
    guard !entries.isEmpty else {
      throw DatasetError(path: path, problem: "none of its images is there; give the folder of the images")
    }
    var remarks = audit.readings
    if !missing.isEmpty {
      remarks.append(
        "\(missing.count) images that are not there, left out: " + missing.prefix(3).joined(separator: ", ")
          + (missing.count > 3 ? ", …" : ""))
    }
    return (entries, remarks)
  }
}
