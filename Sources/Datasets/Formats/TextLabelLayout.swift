import ImageCodecs

/// Where the images and the label files of a text format lie, and which belong together.
///
/// Known layouts, R being the path given: `R/images` and `R/labels`, also with folders of the same names inside both;
/// R itself a folder `images`, or one inside it, with `labels` in its place in the path; R holding both kinds of file.
struct TextLabelLayout {
  let imagesFolder: String
  let labelsFolder: String
  /// Relative to their folders, in order of name.
  let imageFiles: [String]
  let labelFiles: [String]

  /// Text files that are no labels of an image.
  static let otherTexts: Set<String> = [
    "classes.txt", "obj.names", "train.txt", "val.txt", "test.txt", "readme.txt", "license.txt", "labels.txt",
    "labelmap.txt",
  ]

  init(at path: String, options: DatasetReadingOptions) throws {
    let images = FilePath.joined(path, "images")
    let labels = FilePath.joined(path, "labels")
    if let folder = options.imagesFolder {
      imagesFolder = FilePath.absolute(folder)
      labelsFolder = FilePath.isFolder(labels) ? labels : path
    } else if FilePath.isFolder(images), FilePath.isFolder(labels) {
      (imagesFolder, labelsFolder) = (images, labels)
    } else if let swapped = TextLabelLayout.labelsInPlaceOfImages(path), FilePath.isFolder(swapped) {
      (imagesFolder, labelsFolder) = (path, swapped)
    } else {
      (imagesFolder, labelsFolder) = (path, path)
    }
    imageFiles = try FilePath.images(within: imagesFolder)
    let stems = Set(imageFiles.map { FilePath.withoutExtension($0) })
    labelFiles = try FilePath.filesWithin(labelsFolder, extensions: ["txt"]).filter {
      stems.contains(FilePath.withoutExtension($0))
        || !TextLabelLayout.otherTexts.contains(FilePath.lastComponent(of: $0).lowercased())
    }
    guard !imageFiles.isEmpty else {
      throw DatasetError(path: imagesFolder, problem: "holds no image; expected \(ImageFormat.list) files")
    }
  }

  private static func labelsInPlaceOfImages(_ path: String) -> String? {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let place = parts.lastIndex(of: "images") else { return nil }
    parts[place] = "labels"
    return parts.joined(separator: "/")
  }

  /// Every image with its label file, nil where it has none. Label files without image are counted.
  func pairs(audit: inout DatasetAudit) -> [(image: String, label: String?)] {
    let stems = Set(imageFiles.map { FilePath.withoutExtension($0) })
    let labelStems = Set(labelFiles.map { FilePath.withoutExtension($0) })
    for label in labelFiles where !stems.contains(FilePath.withoutExtension(label)) {
      audit.add(.labelsWithoutImage, at: FilePath.joined(labelsFolder, label))
    }
    return imageFiles.map { image in
      let stem = FilePath.withoutExtension(image)
      return (
        FilePath.joined(imagesFolder, image),
        labelStems.contains(stem) ? FilePath.joined(labelsFolder, stem + ".txt") : nil
      )
    }
  }
}
