import DetectionUtilities

/// Reads `class x y width height` lines in pixels, one text file an image, as evaluation programs exchange them.
///
/// The image is known by the file's stem alone, so that no image need be there. Where every class of every file is a
/// whole number, and there is a list of class names, the numbers are places in that list, from 0.
enum TextBoxReader {
  static func read(
    at path: String, classes fixedNames: [String]?, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    guard FilePath.isFolder(path) else {
      throw DatasetError(path: path, problem: "expected a folder of text files, one an image")
    }
    let files = try labelFiles(in: path)
    guard !files.isEmpty else { throw DatasetError(path: path, problem: "holds no label .txt file") }
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(path, "images")], last: path,
      isLastSearchedToAnyDepth: true)

    var images: [DatasetSource.Image] = []
    var names: [[String]] = []
    for file in files {
      let labelPath = FilePath.joined(path, file)
      let stem = FilePath.withoutExtension(file)
      var objects: [DatasetSource.Object] = []
      var imageNames: [String] = []
      for line in try TextFile(path: labelPath).lines {
        guard
          let label = try NamedNumbers(line, count: 4, expected: "class x y width height", path: labelPath)
        else { continue }
        let box = CornerSizeBox(
          x: label.numbers[0], y: label.numbers[1], width: label.numbers[2], height: label.numbers[3])
        imageNames.append(label.name)
        objects.append(DatasetSource.Object(box: box.boundingBox, classIndex: nil, line: line.number, written: box))
      }
      let image = folder.file(named: stem)
      guard image != nil || !options.requiresImages else {
        audit.add(.labelsWithoutImage, at: labelPath)
        continue
      }
      names.append(imageNames)
      images.append(
        DatasetSource.Image(
          path: FilePath.joined(folder.path, image ?? stem + ".jpg"), labelPath: labelPath, objects: objects))
    }

    let used = Set(names.joined())
    var list: [String]?
    if !used.isEmpty, used.allSatisfy({ Int($0) != nil }) {
      list = try fixedNames ?? ClassNamesFile.find(near: path, levels: 2)?.names
    }
    let classNames = list ?? used.sorted { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
    let places = Dictionary(classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    for image in images.indices {
      for (object, name) in names[image].enumerated() {
        let place = list == nil ? places[name] : Int(name)
        images[image].objects[object].classIndex = place.flatMap { classNames.indices.contains($0) ? $0 : nil }
      }
    }
    let firstID = list == nil ? 1 : 0
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + firstID, name: $0.element) }, images: images)
  }

  /// Relative to the folder, in order of name, without lists that lie about beside labels.
  static func labelFiles(in folder: String) throws -> [String] {
    try FilePath.filesWithin(folder, extensions: ["txt"]).filter {
      !TextLabelLayout.otherTexts.contains(FilePath.lastComponent(of: $0).lowercased())
    }
  }
}
