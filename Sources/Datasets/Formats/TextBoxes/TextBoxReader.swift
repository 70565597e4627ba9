import DetectionUtilities
import ImageCodecs

/// Reads lines of a class and a box, one text file an image, as evaluation programs exchange them.
///
/// The form of the boxes is stated, or shows in the whole set (``TextBoxCensus``). The image is known by the file's stem
/// alone, so that no image need be there. Where every class of every file is a whole number, and there is a list of class
/// names, the numbers are places in that list, from 0.
enum TextBoxReader {
  private struct File {
    var labelPath: String
    /// Whether there is an image or not.
    var imagePath: String
    var labels: [(line: Int, name: String, numbers: [Double])] = []
  }

  static func read(
    at path: String, classes fixedNames: [String]?, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    guard FilePath.isFolder(path) else {
      throw DatasetError(path: path, problem: "expected a folder of text files, one an image")
    }
    let listed = try fixedNames ?? ClassNamesFile.find(near: path, levels: 2)?.names
    let files = try files(at: path, names: listed, options: options, audit: &audit)
    let form = try form(of: files, path: path, options: options, audit: &audit)
    let classes = TextClasses(files.flatMap { $0.labels.map(\.name) }, listed: listed)
    let images = files.map { file in
      DatasetSource.Image(
        path: file.imagePath, labelPath: file.labelPath, boxesAreFractions: form == .relative,
        objects: file.labels.map { label in
          object(label.numbers, form: form, classIndex: classes.index(of: label.name), line: label.line)
        })
    }
    return DatasetSource(
      classes: classes.names.enumerated().map { ObjectClass(id: $0.offset + classes.firstID, name: $0.element) },
      images: images, boxForm: form.written)
  }

  private static func files(
    at path: String, names: [String]?, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> [File] {
    let labelFiles = try labelFiles(in: path)
    guard !labelFiles.isEmpty else { throw DatasetError(path: path, problem: "holds no label .txt file") }
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(path, "images")], last: path,
      isLastSearchedToAnyDepth: true)
    let known = Set(names ?? [])
    var files: [File] = []
    for name in labelFiles {
      let labelPath = FilePath.joined(path, name)
      let stem = FilePath.withoutExtension(name)
      let image = folder.file(named: stem)
      let file = File(labelPath: labelPath, imagePath: FilePath.joined(folder.path, image ?? stem + ".jpg"))
      files.append(file)
      for line in try TextFile(path: labelPath).lines {
        let label = try audit.tolerating(image: file.imagePath) { _ in
          try NamedNumbers(
            line, count: 4, expected: "class x y width height", path: labelPath, isName: known.contains)
        }
        guard let label = label ?? nil else { continue }
        files[files.count - 1].labels.append((line.number, label.name, label.numbers))
      }
      guard image != nil || !options.requiresImages else {
        audit.add(.labelsWithoutImage, at: labelPath)
        files.removeLast()
        continue
      }
    }
    return files
  }

  private static func form(
    of files: [File], path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> TextBoxForm {
    if let stated = options.boxes { return stated }
    var census = TextBoxCensus(columns: [], form: nil)
    for file in files where !file.labels.isEmpty {
      let size = try? ImageHeader.read(file.imagePath).size
      for label in file.labels where label.numbers.allSatisfy(\.isFinite) { census.count(label.numbers, in: size) }
    }
    let (reading, evidence) = try census.decided(path: path)
    for line in evidence { audit.addReading(line) }
    return reading.form
  }

  private static func object(
    _ numbers: [Double], form: TextBoxForm, classIndex: Int?, line: Int
  ) -> DatasetSource.Object {
    let box: BoundingBox
    var written: CornerSizeBox?
    switch form {
    case .cornerSize:
      let sized = CornerSizeBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
      (box, written) = (sized.boundingBox, sized)
    case .corners: box = BoundingBox(x1: numbers[0], y1: numbers[1], x2: numbers[2], y2: numbers[3])
    case .relative:
      box = BoundingBox(centerX: numbers[0], centerY: numbers[1], width: numbers[2], height: numbers[3])
    }
    return DatasetSource.Object(box: box, classIndex: classIndex, line: line, written: written)
  }

  /// Relative to the folder, in order of name, without lists that lie about beside labels.
  static func labelFiles(in folder: String) throws -> [String] {
    try FilePath.filesWithin(folder, extensions: ["txt"]).filter {
      !TextLabelLayout.otherTexts.contains(FilePath.lastComponent(of: $0).lowercased())
    }
  }
}

/// The classes that text files call by name, or by place in a list.
private struct TextClasses {
  let names: [String]
  let firstID: Int
  private let places: [String: Int]

  /// - Parameter used: The class of every label, as written.
  init(_ used: [String], listed: [String]?) {
    let used = Set(used)
    if let listed, !used.isEmpty, used.allSatisfy({ $0.classIndex != nil }) {
      (names, firstID) = (listed, 0)
      places = Dictionary(uniqueKeysWithValues: used.compactMap { text in text.classIndex.map { (text, $0) } })
    } else {
      names = used.sorted { ($0.classIndex ?? 0, $0) < ($1.classIndex ?? 0, $1) }
      firstID = 1
      places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    }
  }

  func index(of name: String) -> Int? { places[name].flatMap { names.indices.contains($0) ? $0 : nil } }
}
