/// Reads what the labelling program LabelMe writes: one JSON file an image, usually beside it.
///
/// The image is the one that a file's `imagePath` leads to, or else one of that name, or of the file's own. A
/// `classes.txt` gives the order of the classes, which is by name otherwise. Images without a file have no labels.
enum LabelMeReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let isFolder = FilePath.isFolder(path)
    let here = isFolder ? path : FilePath.folder(of: path)
    let files = isFolder ? try labelFiles(in: path) : [FilePath.lastComponent(of: path)]
    guard !files.isEmpty else { throw DatasetError(path: path, problem: "holds no LabelMe .json file") }
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(here, "images")], last: here,
      isLastSearchedToAnyDepth: true)

    var images: [DatasetSource.Image] = []
    var labels: [LabelMeFile] = []
    var labelled: Set<String> = []
    for name in files {
      let labelPath = FilePath.joined(here, name)
      guard
        let label = try audit.tolerating({
          try LabelMeFile(path: labelPath, readsMasks: options.readsMasks, audit: &$0)
        })
      else {
        // What belongs to a file that cannot be read is not without one.
        if let image = folder.file(named: FilePath.withoutExtension(name)) {
          labelled.insert(FilePath.joined(folder.path, image))
        }
        continue
      }
      let image = imagePath(of: label, name: name, in: folder)
      guard let image = image ?? (options.requiresImages ? nil : absentPath(of: label, name: name, in: folder)) else {
        audit.add(.labelsWithoutImage, at: labelPath)
        continue
      }
      labels.append(label)
      images.append(DatasetSource.Image(path: image, labelPath: labelPath, declaredSize: label.size, objects: []))
    }
    labelled.formUnion(images.map(\.path))
    if isFolder {
      let others = folder.files.map { FilePath.joined(folder.path, $0) }.filter { !labelled.contains($0) }
      images += others.map { DatasetSource.Image(path: $0, objects: []) }
    }

    let listed = try ClassNamesFile.besideVOC(here) ?? []
    let classNames = listed + Set(labels.flatMap { $0.objects.map(\.label) }).subtracting(listed).sorted()
    let indices = Dictionary(classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    let objects = Dictionary(labels.map { ($0.path, $0.objects) }) { first, _ in first }
    for index in images.indices {
      guard let path = images[index].labelPath else { continue }
      images[index].objects = (objects[path] ?? []).map {
        DatasetSource.Object(box: $0.box, classIndex: indices[$0.label], line: $0.line, mask: $0.mask)
      }
    }
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  /// Relative to the folder, in order of name, with those in folders inside it; without COCO's.
  static func labelFiles(in folder: String) throws -> [String] {
    try FilePath.filesWithin(folder, extensions: ["json"]).filter {
      $0 != CleanedDataset.changesFileName && LabelMeFile.isLabelMe(FilePath.joined(folder, $0)) != false
    }
  }

  private static func imagePath(of label: LabelMeFile, name: String, in folder: ImageFolder) -> String? {
    if let stated = label.imagePath, !stated.isEmpty {
      let direct = FilePath.absolute(FilePath.joined(FilePath.folder(of: label.path), stated))
      if !stated.hasPrefix("/"), FilePath.exists(direct), !FilePath.isFolder(direct) { return direct }
      if let file = folder.file(named: stated) ?? folder.file(named: FilePath.lastComponent(of: stated)) {
        return FilePath.joined(folder.path, file)
      }
    }
    return folder.file(named: FilePath.withoutExtension(name)).map { FilePath.joined(folder.path, $0) }
  }

  /// Where the image would be.
  private static func absentPath(of label: LabelMeFile, name: String, in folder: ImageFolder) -> String {
    let stated = label.imagePath.map { FilePath.lastComponent(of: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    return FilePath.joined(folder.path, stated ?? FilePath.withoutExtension(name) + ".jpg")
  }
}
