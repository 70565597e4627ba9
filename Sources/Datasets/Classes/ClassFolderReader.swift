import Foundation
import ImageCodecs

/// Reads a folder whose folders are classes: `ROOT/CLASS/…/IMAGE`.
enum ClassFolderReader {
  /// Names of folders that hold parts of a set, each with folders of classes.
  private static let splits: Set = ["train", "training", "val", "valid", "validation", "test", "testing"]
  /// Names of folders that hold parts of other formats.
  private static let otherMeanings: Set = ["images", "labels", "annotations", "jpegimages", "imagesets", "masks"]

  /// Whether a folder looks so: folders in it, none of them a part of another format, with an image in one of them, and no image
  /// or label beside them.
  static func isOne(_ folder: String) throws -> Bool {
    let inside = try contents(folder)
    let folders = inside.filter { FilePath.isFolder(FilePath.joined(folder, $0)) }
    guard !folders.isEmpty, !folders.contains(where: { otherMeanings.contains($0.lowercased()) }) else { return false }
    let files = inside.filter { !folders.contains($0) }
    guard
      !files.contains(where: { isImage($0) || ["json", "xml", "yaml", "yml"].contains(FilePath.fileExtension(of: $0)) })
    else { return false }
    // A class folder holds images themselves, or folders of them; labels beside them mean boxes.
    let isOther = folders.contains { name in
      let within = (try? contents(FilePath.joined(folder, name))) ?? []
      return within.contains { otherMeanings.contains($0.lowercased()) || FilePath.fileExtension(of: $0) == "xml" }
    }
    return !isOther
      && folders.contains { name in
        let within = try? FilePath.filesWithin(FilePath.joined(folder, name), extensions: ImageFileExtension.read)
        return within?.isEmpty == false
      }
  }

  /// - Throws: ``DatasetError`` naming a class folder without images, or the folder where there is one class alone, or where its
  ///   folders are splits.
  static func read(_ folder: String, audit: inout DatasetAudit) throws -> ClassifiedSet {
    let names = try contents(folder).filter { FilePath.isFolder(FilePath.joined(folder, $0)) }
    if let split = names.first, names.allSatisfy({ splits.contains($0.lowercased()) }) {
      throw DatasetError(
        path: folder,
        problem: "has folders of splits, \(names.joined(separator: ", ")), and none of classes; "
          + "expected one of them, such as \(FilePath.joined(folder, split))")
    }
    try audit.require(
      names.count > 1, .singleClass, DatasetPlace(file: folder, detail: "'\(names.first ?? "")'"),
      DatasetError(
        path: folder, problem: "has one class alone, '\(names.first ?? "")'; expected folders of two classes or more"))
    var images: [ClassifiedImage] = []
    var check = ImageFileCheck()
    for (index, name) in names.enumerated() {
      let inside = FilePath.joined(folder, name)
      let files = try FilePath.filesWithin(inside, extensions: ImageFileExtension.read)
      try audit.require(
        !files.isEmpty, .emptyClassFolder, DatasetPlace(file: inside),
        DatasetError(path: inside, problem: "is a class without images; expected \(ImageFormat.list) files in it"))
      for file in files {
        let path = FilePath.joined(inside, file)
        // An audit decodes every file.
        if audit.isThorough || check.accepts(path) {
          images.append(ClassifiedImage(source: .file(path), name: path, classIndex: index))
        }
      }
    }
    let classes = names.enumerated().map { ObjectClass(id: $0, name: $1) }
    return ClassifiedSet(
      classes: classes, images: images, format: .classFolders, remarks: check.remarks)
  }

  private static func isImage(_ name: String) -> Bool {
    ImageFileExtension.read.contains(FilePath.fileExtension(of: name))
  }

  /// By name, without hidden files.
  private static func contents(_ folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw DatasetError(path: folder, problem: "cannot list this folder: \(error.localizedDescription)")
    }
  }
}
