import DetectionUtilities
import Foundation
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
    let folder = try imagesFolder(for: file, images: ground.images, options: options)
    var places: [Int: Int] = [:]
    var images: [DatasetSource.Image] = []
    for (index, image) in ground.images.enumerated() {
      guard places[image.id] == nil else {
        let problem = "images: the id \(image.id) stands twice; expected it once"
        guard audit.isThorough else { throw DatasetError(path: file, problem: problem) }
        audit.add(
          .repeatedImageID,
          at: DatasetPlace(file: file, image: FilePath.joined(folder, image.fileName), detail: problem))
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
          id: image.id, path: FilePath.absolute(FilePath.joined(folder, image.fileName)), labelPath: file,
          declaredSize: isSizeStated ? size : nil, objects: []))
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
    let annotations = FilePath.joined(folder, "annotations")
    guard FilePath.isFolder(annotations) else { return [] }
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

  /// The folder in which the first image of the file is: beside the file, or where COCO and its copies put them.
  private static func imagesFolder(
    for file: String, images: [COCOGroundTruthFile.Image], options: DatasetReadingOptions
  ) throws -> String {
    if let folder = options.imagesFolder {
      guard FilePath.isFolder(folder) else { throw DatasetError(path: folder, problem: "expected a folder of images") }
      return FilePath.absolute(folder)
    }
    let here = FilePath.folder(of: file)
    let above = FilePath.folder(of: here)
    let part = FilePath.stem(of: file).replacingOccurrences(of: "instances_", with: "")
    let candidates = [
      "\(here)/images", here, "\(here)/\(part)", "\(above)/\(part)", "\(above)/images/\(part)", "\(above)/images",
    ]
    for image in images.prefix(10) {
      if let folder = candidates.first(where: { FilePath.exists(FilePath.joined($0, image.fileName)) }) {
        return folder
      }
    }
    guard !options.requiresImages || images.isEmpty else {
      throw DatasetError(
        path: file,
        problem: "its image '\(images[0].fileName)' is in none of " + candidates.joined(separator: ", ")
          + "; give the folder of the images")
    }
    return candidates[0]
  }
}
