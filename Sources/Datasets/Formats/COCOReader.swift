import DetectionUtilities
import ImageCodecs

/// Reads COCO label files (Lin et al., "Microsoft COCO", 2014; the format page of cocodataset.org).
enum COCOReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let file = try jsonFile(at: path)
    let ground = try COCOGroundTruthFile.read(from: file, needsImages: options.requiresImages)
    let categories = ground.categories.sorted { $0.id < $1.id }
    var classIndices: [Int: Int] = [:]
    for (index, category) in categories.enumerated() {
      guard classIndices.updateValue(index, forKey: category.id) == nil else {
        throw DatasetError(path: file, problem: "categories: the id \(category.id) stands twice; expected it once")
      }
    }
    let paths = try imagePaths(of: ground.images.map(\.fileName), listedIn: file, options: options, audit: &audit)
    var places: [Int: Int] = [:]
    var images: [DatasetSource.Image] = []
    for (index, image) in ground.images.enumerated() {
      let imagePath = paths[image.fileName] ?? image.fileName
      guard places[image.id] == nil else {
        let problem = "images: the id \(image.id) stands twice; expected it once"
        guard audit.isThorough else { throw DatasetError(path: file, problem: problem) }
        audit.add(
          .repeatedImageID,
          at: DatasetPlace(file: file, image: imagePath, detail: problem))
        continue
      }
      let isSizeStated = image.width != 0 || image.height != 0 || options.requiresImages
      let size = try audit.tolerating { _ in
        guard !isSizeStated || image.width > 0 && image.height > 0 else {
          throw DatasetError(
            path: file,
            problem: "images[\(index)] is \(image.width)×\(image.height); expected a width and height above 0")
        }
        return ImageSize(width: max(1, image.width), height: max(1, image.height))
      }
      places[image.id] = images.count
      images.append(
        DatasetSource.Image(
          id: image.id, path: imagePath, labelPath: file, declaredSize: isSizeStated ? size : nil, objects: []))
    }
    for (index, annotation) in ground.annotations.enumerated() {
      let isBox: Void? = try audit.tolerating { _ in
        guard annotation.bbox.count == 4 else {
          throw DatasetError(
            path: file,
            problem: "annotations[\(index)].bbox has \(annotation.bbox.count) numbers; expected [x, y, width, height]")
        }
      }
      if isBox == nil { continue }
      guard let place = places[annotation.imageID] else {
        audit.add(
          .labelsWithoutImage,
          at: DatasetPlace(file: file, annotationID: annotation.id, detail: "no image \(annotation.imageID)"))
        continue
      }
      let bbox = annotation.bbox
      let box = CornerSizeBox(x: bbox[0], y: bbox[1], width: bbox[2], height: bbox[3])
      images[place].objects.append(
        DatasetSource.Object(
          annotationID: annotation.id,
          box: box.boundingBox,
          classIndex: classIndices[annotation.categoryID], area: annotation.area,
          isCrowd: annotation.isCrowd != 0, attributes: annotation.attributes ?? [:], written: box))
    }
    return DatasetSource(
      classes: categories.map { ObjectClass(id: $0.id, name: $0.name) }, images: images,
      boxForm: .cornerAndSize)
  }

  static func jsonFiles(in folder: String) throws -> [String] {
    // What the audit writes beside a cleaned copy.
    let beside = try FilePath.files(in: folder, extensions: ["json"]).filter { $0 != CleanedDataset.changesFileName }
    if !beside.isEmpty { return beside.map { FilePath.joined(folder, $0) } }
    guard let annotations = FilePath.folder(named: ["annotations"], in: folder) else { return [] }
    return try FilePath.files(in: annotations, extensions: ["json"]).map { FilePath.joined(annotations, $0) }
  }

  private static func jsonFile(at path: String) throws -> String {
    guard FilePath.isFolder(path) else { return path }
    let files = try jsonFiles(in: path)
    guard files.count == 1 else {
      let found = files.isEmpty ? "none" : files.map(FilePath.lastComponent).joined(separator: ", ")
      throw DatasetError(path: path, problem: "expected one COCO .json file here, found \(found); give the file itself")
    }
    return files[0]
  }
}
