import DetectionUtilities
import ImageCodecs

extension DetectionResolver {
  private struct Entry {
    var file: Int
    var line: Int
    var label: NamedNumbers
  }

  /// One text file an image, of the same stem: a class, a score and a box a line; or one a class, as Darknet writes them.
  mutating func readText(in folder: String) throws -> DetectionSet {
    let files = try TextBoxReader.labelFiles(in: folder)
    guard !files.isEmpty else {
      throw DatasetError(path: folder, problem: "holds neither detections in .txt files nor one .json or .csv file")
    }
    if let classes = DetectionClassFiles(files, dataset: dataset, finder: finder) {
      return try readText(in: folder, classFiles: classes)
    }
    let entries = try entries(of: files, in: folder) { [indicesByName] in indicesByName[$0] != nil }
    let places = files.map { finder.place(of: FilePath.withoutExtension($0)) }
    let reading = try reading(of: entries, path: folder) { places[$0.file] }
    let columns = reading.columns ?? .classScoreBox
    let known = finder
    var links: [String: Int] = [:]
    for entry in entries {
      let path = FilePath.joined(folder, files[entry.file])
      let name = entry.label.name
      let link = links[name] ?? link(name, to: classIndex(of: name))
      links[name] = link
      let image = places[entry.file]
      let box = try box(entry, columns: columns, form: reading.form, image: image, path: path)
      try add(
        image: image, imageName: known.description(of: FilePath.withoutExtension(files[entry.file])), link: link,
        box: box,
        score: entry.label.numbers[columns.scorePlace], path: path, line: entry.line)
    }
    return try finished(.text(reading.form), isCornerSize: reading.form == .cornerSize)
  }

  /// Lines `image score x1 y1 x2 y2`: the VOC kit has corners in this order, so that only options say otherwise.
  private mutating func readText(in folder: String, classFiles: DetectionClassFiles) throws -> DetectionSet {
    let entries = try entries(of: classFiles.files, in: folder) { [finder] in finder.place(of: $0) != nil }
    let form = options.form ?? .corners
    let columns = options.columns ?? .classScoreBox
    let known = finder
    if options.form == nil { addReading("boxes read as \(form.numbers), as VOC's kit has them; --boxes settles it") }
    for entry in entries {
      let path = FilePath.joined(folder, classFiles.files[entry.file])
      let name = classFiles.classes[entry.file]
      let link = link(name, to: classIndex(of: name))
      let image = finder.place(of: entry.label.name)
      let box = try box(entry, columns: columns, form: form, image: image, path: path)
      try add(
        image: image, imageName: known.description(of: entry.label.name), link: link, box: box,
        score: entry.label.numbers[columns.scorePlace], path: path, line: entry.line)
    }
    return try finished(.classFiles(form), isCornerSize: form == .cornerSize)
  }

  /// - Parameter isName: Whether a text is the name that lines begin with, though it ends with a number.
  private func entries(of files: [String], in folder: String, isName: (String) -> Bool) throws -> [Entry] {
    let texts = try files.map { try TextFile(path: FilePath.joined(folder, $0)) }
    let count = options.columns?.numberCount ?? (DetectionResolver.haveTracks(texts) ? 6 : 5)
    var entries: [Entry] = []
    for (index, text) in texts.enumerated() {
      for line in text.lines {
        let label = try NamedNumbers(
          line, count: count, expected: "class score and a box of four numbers", path: text.path, isName: isName)
        guard let label else { continue }
        guard label.numbers.allSatisfy(\.isFinite) else {
          throw DatasetError(
            path: text.path, line: line.number, problem: "a number that is not finite; expected a box and a score")
        }
        entries.append(Entry(file: index, line: line.number, label: label))
      }
    }
    return entries
  }

  /// Whether all lines end with a score and a whole number behind a box, as those of a tracker do.
  private static func haveTracks(_ texts: [TextFile]) -> Bool {
    var count = 0
    for line in texts.lazy.flatMap(\.lines) {
      let fields = line.labelFields
      if fields.isEmpty { continue }
      let numbers = fields.suffix(6).compactMap { Double($0) }
      guard fields.count > 6, numbers.count == 6, (0...1).contains(numbers[4]), numbers[5] >= 0,
        numbers[5] == numbers[5].rounded()
      else { return false }
      count += 1
    }
    return count > 0
  }

  private mutating func reading(
    of entries: [Entry], path: String, place: (Entry) -> Int?
  ) throws -> TextBoxCensus.Reading {
    let isTracked = entries.first?.label.numbers.count == 6
    let possible: [DetectionColumns] = isTracked ? [.classBoxScoreTrack] : [.classScoreBox, .classBoxScore]
    let columns = options.columns.map { [$0] } ?? possible
    var census = TextBoxCensus(columns: columns, form: options.form)
    for entry in entries {
      let size = place(entry).flatMap { dataset.images[$0].isSizeKnown ? dataset.images[$0].size : nil }
      census.count(entry.label.numbers, in: size)
    }
    let (reading, evidence) = try census.decided(path: path)
    for line in evidence { addReading(line) }
    if options.columns == nil, isTracked {
      addReading(
        "columns read as class,box,score,track: the last of all lines is a whole number behind a score; "
          + "--columns settles it")
    }
    return reading
  }

  private func box(
    _ entry: Entry, columns: DetectionColumns, form: TextBoxForm, image: Int?, path: String
  ) throws -> CornerSizeBox {
    let numbers = entry.label.numbers[columns.boxPlace..<(columns.boxPlace + 4)].map { $0 }
    switch form {
    case .cornerSize: return CornerSizeBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    case .corners: return CornerSizeBox(BoundingBox(x1: numbers[0], y1: numbers[1], x2: numbers[2], y2: numbers[3]))
    case .relative:
      if let large = numbers.first(where: { abs($0) > 2 }) {
        throw DatasetError(
          path: path, line: entry.line,
          problem: "\(large) is no fraction of the image's size; expected numbers from 0 to 1")
      }
      // An image that the dataset does not have is refused later, by name and with all others like it.
      guard let image else { return CornerSizeBox(x: 0, y: 0, width: 0, height: 0) }
      guard dataset.images[image].isSizeKnown else {
        throw DatasetError(
          path: path, line: entry.line,
          problem: "fractions of the size of '\(dataset.images[image].fileName)', which is not known; "
            + "give the folder of the images")
      }
      let (width, height) = (Double(dataset.images[image].size.width), Double(dataset.images[image].size.height))
      return CornerSizeBox(
        x: (numbers[0] - numbers[2] / 2) * width, y: (numbers[1] - numbers[3] / 2) * height,
        width: numbers[2] * width, height: numbers[3] * height)
    }
  }
}
