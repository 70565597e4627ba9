import DetectionUtilities

extension DetectionResolver {
  private struct Entry {
    var file: Int
    var line: Int
    var label: NamedNumbers
  }

  /// One text file an image, of the same stem; `class score` and four numbers a line.
  mutating func readText(in folder: String) throws -> DetectionSet {
    let files = try TextBoxReader.labelFiles(in: folder)
    guard !files.isEmpty else {
      throw DatasetError(path: folder, problem: "holds neither detections in .txt files nor one .json or .csv file")
    }
    var entries: [Entry] = []
    var largest = -Double.infinity
    for (index, file) in files.enumerated() {
      let path = FilePath.joined(folder, file)
      for line in try TextFile(path: path).lines {
        guard
          let label = try NamedNumbers(line, count: 5, expected: "class score and a box of four numbers", path: path)
        else { continue }
        largest = label.numbers.dropFirst().reduce(largest) { max($0, $1) }
        entries.append(Entry(file: index, line: line.number, label: label))
      }
    }
    let form = options.form ?? (entries.isEmpty || largest > 1 ? .cornerSize : .relative)
    let places = files.map { finder.place(of: FilePath.withoutExtension($0)) }
    var links: [String: Int] = [:]
    for entry in entries {
      let path = FilePath.joined(folder, files[entry.file])
      let name = entry.label.name
      let link = links[name] ?? link(name, to: classIndex(of: name))
      links[name] = link
      let image = places[entry.file]
      try add(
        image: image, imageName: FilePath.withoutExtension(files[entry.file]), link: link,
        box: try box(entry.label.numbers, form: form, image: image, path: path, line: entry.line),
        score: entry.label.numbers[0], path: path, line: entry.line)
    }
    return try finished(.text(form), isCornerSize: form == .cornerSize)
  }

  /// - Parameter numbers: The score, then the box.
  private func box(
    _ numbers: [Double], form: DetectionBoxForm, image: Int?, path: String, line: Int
  ) throws -> CornerSizeBox {
    switch form {
    case .cornerSize: return CornerSizeBox(x: numbers[1], y: numbers[2], width: numbers[3], height: numbers[4])
    case .corners:
      return CornerSizeBox(BoundingBox(x1: numbers[1], y1: numbers[2], x2: numbers[3], y2: numbers[4]))
    case .relative:
      if let large = numbers.dropFirst().first(where: { abs($0) > 2 }), large.isFinite {
        throw DatasetError(
          path: path, line: line, problem: "\(large) is no fraction of the image's size; expected numbers from 0 to 1")
      }
      // An image that the dataset does not have is refused later, by name and with all others like it.
      guard let image else { return CornerSizeBox(x: 0, y: 0, width: 0, height: 0) }
      guard dataset.images[image].isSizeKnown else {
        throw DatasetError(
          path: path, line: line,
          problem: "fractions of the size of '\(dataset.images[image].fileName)', which is not known; "
            + "give the folder of the images")
      }
      let (width, height) = (Double(dataset.images[image].size.width), Double(dataset.images[image].size.height))
      return CornerSizeBox(
        x: (numbers[1] - numbers[3] / 2) * width, y: (numbers[2] - numbers[4] / 2) * height,
        width: numbers[3] * width, height: numbers[4] * height)
    }
  }
}
