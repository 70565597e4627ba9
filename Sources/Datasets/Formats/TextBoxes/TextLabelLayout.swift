import Foundation
import ImageCodecs

/// Where the images and the label files of a text format lie, and which belong together.
///
/// Known layouts, R being the path given: `R/images` and `R/labels`, also with folders of the same names inside both;
/// R itself a folder `images`, or one inside it, with `labels` in its place in the path; pairs of such folders anywhere
/// inside R, as `R/train/images` and `R/train/labels`; both kinds of file in the same folders; labels in a folder
/// `labels` beside their images. Capital letters in the names of folders do not matter.
struct TextLabelLayout {
  let imagesFolder: String
  let labelsFolder: String
  /// Absolute, in order of name.
  let imageFiles: [String]
  let labelFiles: [String]

  /// Text files that are no labels of an image.
  static let otherTexts: Set<String> = [
    "classes.txt", "obj.names", "train.txt", "val.txt", "valid.txt", "test.txt", "readme.txt", "license.txt",
    "labels.txt", "labelmap.txt", "readme.roboflow.txt", "readme.dataset.txt", "predefined_classes.txt",
  ]
  static let imageFolderNames = ["images", "JPEGImages", "image", "imgs", "img"]
  static let labelFolderNames = ["labels", "label", "Annotations"]

  init(at path: String, options: DatasetReadingOptions) throws {
    let images = FilePath.folder(named: TextLabelLayout.imageFolderNames, in: path)
    let labels = FilePath.folder(named: TextLabelLayout.labelFolderNames, in: path)
    if let folder = options.imagesFolder {
      imagesFolder = FilePath.absolute(folder)
      labelsFolder = labels ?? path
    } else if let images, let labels {
      (imagesFolder, labelsFolder) = (images, labels)
    } else if let swapped = TextLabelLayout.labelFolder(besideImages: path) {
      (imagesFolder, labelsFolder) = (path, swapped)
    } else {
      (imagesFolder, labelsFolder) = (path, path)
    }
    let folder = imagesFolder
    imageFiles = try FilePath.images(within: folder).map {
      FilePath.joined(folder, $0)
    }
    let stems = Set(imageFiles.map { FilePath.stem(of: $0) })
    let labelled = labelsFolder
    labelFiles = try FilePath.filesWithin(labelled, extensions: ["txt"]).filter {
      stems.contains(FilePath.stem(of: $0))
        || !TextLabelLayout.otherTexts.contains(FilePath.lastComponent(of: $0).lowercased())
    }.map { FilePath.joined(labelled, $0) }
    guard !imageFiles.isEmpty else {
      throw DatasetError(path: imagesFolder, problem: "holds no image; expected \(ImageFormat.list) files")
    }
  }

  /// Where the path is a link, the labels may be beside what it leads to.
  private static func labelFolder(besideImages path: String) -> String? {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return (labelFolders(inPlaceOfImages: path) + labelFolders(inPlaceOfImages: real)).first(where: FilePath.isFolder)
  }

  /// The paths in which the last folder called `images`, or the like, is called `labels`, or the like.
  static func labelFolders(inPlaceOfImages path: String) -> [String] {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let folded = imageFolderNames.map { $0.lowercased() }
    guard let place = parts.lastIndex(where: { folded.contains($0.lowercased()) }) else { return [] }
    return (labelFolderNames + ["Labels", "LABELS", "annotations"]).map { name in
      parts[place] = name
      return parts.joined(separator: "/")
    }
  }

  /// The label file of one image; nil where there is none. It may stand beside the image or in a folder `labels` in
  /// place of `images`.
  static func labelFile(ofImage path: String) -> String? {
    let folder = FilePath.folder(of: path)
    let stem = FilePath.stem(of: path) + ".txt"
    let folders = labelFolders(inPlaceOfImages: folder) + [folder, FilePath.joined(folder, "labels")]
    return folders.lazy.map { FilePath.joined($0, stem) }.first(where: FilePath.exists)
  }

  /// Every image with its label file, nil where it has none. Label files without image are counted.
  func pairs(audit: inout DatasetAudit) -> [(image: String, label: String?)] {
    var pairing = LabelPairing(images: imageFiles, labels: labelFiles, in: (imagesFolder, labelsFolder))
    pairing.pair()
    for (image, label) in pairing.foundByName {
      audit.add(.foundByName, at: DatasetPlace(file: label, image: image, detail: "is taken for \(image)"))
    }
    for label in pairing.labelsWithoutImage { audit.add(.labelsWithoutImage, at: label) }
    return zip(imageFiles, pairing.labelOfImage).map { ($0, $1) }
  }

  /// - Throws: ``DatasetError`` where there is neither a label file nor a folder for them.
  func checkHasLabels() throws {
    guard labelFiles.isEmpty, imagesFolder == labelsFolder else { return }
    throw DatasetError(path: imagesFolder, problem: "holds " + withoutLabels)
  }

  /// What images without a label are told, and where labels would be.
  var withoutLabels: String {
    let looked =
      TextLabelLayout.labelFolders(inPlaceOfImages: imagesFolder) + [FilePath.joined(imagesFolder, "labels")]
    return "\(imageFiles.count) images and no label .txt file, and there is no label folder beside them: looked for "
      + looked.joined(separator: ", ")
  }
}
