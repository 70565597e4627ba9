import ImageCodecs

/// The images of a set before their labels are read.
struct SegmentedSetSource {
  struct Entry: Sendable {
    var image: String
    /// Of the file that has the labels.
    var labelPath: String
    var labels: LabelSource
    /// The image's size as the labels have it, where they do.
    var stated: ImageSize?
  }

  var path: String
  var format: SegmentedSet.Format
  var classes: LabelClasses
  var entries: [Entry]
  /// What is left out, in sentences.
  var remarks: [String] = []

  /// - Parameter path: absolute; of a folder or a file.
  static func find(at path: String, imagesFolder: String?) throws -> SegmentedSetSource {
    if !FilePath.isFolder(path) { return try file(path, imagesFolder: imagesFolder) }
    do {
      let place = try SegmentedSetPlace(path)
      if imagesFolder != nil {
        throw DatasetError(path: path, problem: "is a folder with images of its own; expected a COCO file")
      }
      return try SegmentedSetSource(place)
    } catch let error as DatasetError where error.path == path && (try? COCOReader.jsonFiles(in: path))?.count == 1 {
      return try file(COCOReader.jsonFiles(in: path)[0], imagesFolder: imagesFolder)
    }
  }

  private static func file(_ path: String, imagesFolder: String?) throws -> SegmentedSetSource {
    guard FilePath.fileExtension(of: path) == "json" else {
      throw DatasetError(
        path: path, problem: "is a file; expected a folder of images and labels, or a COCO file (.json)")
    }
    return try PanopticFile.isOne(path)
      ? SegmentedSetSource(PanopticFile(path), imagesFolder: imagesFolder)
      : SegmentedSetSource(objectsOf: path, imagesFolder: imagesFolder)
  }
}
