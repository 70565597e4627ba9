import Foundation
import ImageCodecs

extension ClassifiedSet {
  /// Reads a set of images with one class each.
  ///
  /// - Parameters:
  ///   - path: a folder or a file; see ``Format``. Of what is labelled with boxes every object becomes an image.
  ///   - classes: the class list that the result shall have, for example that of a model, by names; nil for the set's own, in
  ///     the order of their names, or of the file that lists them.
  /// - Throws: ``DatasetError`` naming file and line.
  public static func read(at path: String, classes: [String]? = nil, ids: [Int]? = nil) throws -> ClassifiedSet {
    let path = FilePath.absolute(path)
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    let set = try readAny(at: path)
    guard !set.images.isEmpty else { throw DatasetError(path: path, problem: "has no image; expected at least one") }
    guard let classes else { return set }
    return try set.withClasses(classes, ids: ids, path: path)
  }

  /// How the images of a set with one class each lie at a path; nil where there are labels with boxes, or nothing known.
  ///
  /// - Throws: ``DatasetError`` for a folder that cannot be listed, or with several sets.
  public static func format(at path: String) throws -> Format? { try source(at: path)?.format }

  /// Reads a set with one class each. An audit that is thorough goes on after what is wrong.
  ///
  /// - Throws: ``DatasetError``, also for labels with boxes.
  static func reading(at path: String, audit: inout DatasetAudit) throws -> ClassifiedSet {
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such file or folder") }
    guard let source = try source(at: path) else {
      throw DatasetError(
        path: path,
        problem: "has no images with one class each; expected a folder per class, a CSV of file and class, or IDX files"
      )
    }
    return try source.read(&audit)
  }

  private static func readAny(at path: String) throws -> ClassifiedSet {
    var strict = DatasetAudit()
    return try source(at: path)?.read(&strict) ?? objects(at: path)
  }

  /// A format and its reader.
  private struct Source {
    var format: Format
    var read: (inout DatasetAudit) throws -> ClassifiedSet
  }

  private static func source(at path: String) throws -> Source? {
    if !FilePath.isFolder(path) {
      if FilePath.fileExtension(of: path) == "csv", ClassCSVReader.isOne(path) { return table(path) }
      return IDXReader.isImageFile(path) ? Source(format: .idx) { _ in try IDXReader.read(imagesAt: path) } : nil
    }
    if let images = try IDXReader.imageFile(in: path) {
      return Source(format: .idx) { _ in try IDXReader.read(imagesAt: images) }
    }
    if let files = try CIFARReader.files(in: path) {
      return Source(format: .cifar) { _ in try CIFARReader.read(files, in: path) }
    }
    if let sheets = try ImageRowsReader.sheets(in: path) {
      return Source(format: .imageRows) { _ in try ImageRowsReader.read(sheets, in: path) }
    }
    let labels = FilePath.joined(path, "labels.csv")
    if FilePath.exists(labels), ClassCSVReader.isOne(labels) { return table(labels) }
    guard try ClassFolderReader.isOne(path) else { return nil }
    return Source(format: .classFolders) { try ClassFolderReader.read(path, audit: &$0) }
  }

  private static func table(_ path: String) -> Source {
    Source(format: .csv) { try ClassCSVReader.read(path, audit: &$0) }
  }

  /// Every labelled object, crowds left out, as an image of its own.
  private static func objects(at path: String) throws -> ClassifiedSet {
    let dataset = try LabelledDataset.read(at: path)
    var images: [ClassifiedImage] = []
    var crowds = 0
    for image in dataset.images {
      for (number, object) in image.objects.enumerated() {
        if object.isCrowd {
          crowds += 1
          continue
        }
        images.append(
          ClassifiedImage(
            source: .crop(image.path, object.box), name: "\(image.path)#\(number + 1)", classIndex: object.classIndex))
      }
    }
    var remarks = [dataset.audit.summary].filter { !$0.isEmpty }
    if crowds > 0 { remarks.append("\(crowds) boxes of crowds show no single object, and were left out") }
    return ClassifiedSet(classes: dataset.classes, images: images, format: .objects, remarks: remarks)
  }
}
