import ImageCodecs

/// The list of classes that lies beside label files.
enum LabelClassesFile {
  /// `classes.csv`, `label_colors.txt` or `classes.txt` in the first of the folders that has one.
  static func find(in folders: [String]) throws -> LabelClasses? {
    for folder in folders {
      for name in ["classes.csv", "label_colors.txt", "classes.txt"] {
        let path = FilePath.joined(folder, name)
        if FilePath.exists(path) { return try read(path) }
      }
    }
    return nil
  }

  /// Of its kind by its name.
  static func read(_ path: String) throws -> LabelClasses {
    if FilePath.fileExtension(of: path) == "csv" { return try table(path) }
    return try FilePath.lastComponent(of: path).lowercased().contains("color") ? colors(path) : names(path)
  }

  /// Columns `name`, `value` (or `index` or `id`; else the lines count from 0), and `r`, `g`, `b`; pixels of a line count for
  /// nothing where `ignored` is 1, or in a file without that column where the name says so.
  private static func table(_ path: String) throws -> LabelClasses {
    let table = try CSVTable(path: path, requiring: ["name"])
    let values = ["value", "index", "id"].first(where: table.columns.contains)
    let hasColors = ["r", "g", "b"].allSatisfy(table.columns.contains)
    let hasIgnored = table.columns.contains("ignored")
    func byte(_ row: CSVTable.Row, _ column: String) throws -> UInt8 {
      guard let text = row.text(column), let byte = UInt8(text) else {
        throw row.failure("\(column) is '\(row.text(column) ?? "")'; expected a whole number from 0 to 255")
      }
      return byte
    }
    let entries = try table.rows.enumerated().map { index, row in
      guard let name = row.text("name") else { throw row.failure("has no name; expected the name of a class") }
      let value = try values.map { try byte(row, $0) } ?? UInt8(clamping: index)
      let color =
        hasColors ? RGBColor(red: try byte(row, "r"), green: try byte(row, "g"), blue: try byte(row, "b")) : nil
      let isIgnored = hasIgnored ? try row.flag("ignored") == true : saysIgnored(name)
      return LabelClasses.Entry(value: value, name: name, color: color, isIgnored: isIgnored)
    }
    return try LabelClasses(entries, source: path)
  }

  /// CamVid's own list: `R G B name` a line.
  private static func colors(_ path: String) throws -> LabelClasses {
    let lines = try TextFile(path: path).lines.filter { !$0.text.trimmed.isEmpty }
    let entries = try lines.enumerated().map { index, line in
      let fields = line.text.split(whereSeparator: \.isWhitespace)
      let numbers = fields.prefix(3).compactMap { UInt8($0) }
      guard fields.count > 3, numbers.count == 3, index < 256 else {
        throw DatasetError(
          path: path, line: line.number,
          problem: "is '\(line.text.trimmed)'; expected three numbers from 0 to 255 and a name")
      }
      let name = fields.dropFirst(3).joined(separator: " ")
      return LabelClasses.Entry(
        value: UInt8(index), name: name, color: RGBColor(red: numbers[0], green: numbers[1], blue: numbers[2]),
        isIgnored: saysIgnored(name))
    }
    return try LabelClasses(entries, source: path)
  }

  private static func names(_ path: String) throws -> LabelClasses {
    let names = try ClassNamesFile.read(path)
    guard names.count <= 256 else {
      throw DatasetError(path: path, problem: "has \(names.count) names; expected at most 256")
    }
    return try LabelClasses(
      names.enumerated().map { LabelClasses.Entry(value: UInt8($0), name: $1, isIgnored: saysIgnored($1)) },
      source: path)
  }

  private static func saysIgnored(_ name: String) -> Bool {
    let word = name.lowercased()
    return ["void", "unlabelled", "unlabeled", "ignore", "ignored"].contains(word) || word.hasSuffix("(ignored)")
  }

  /// VOC's, as its `SegmentationClass` has them.
  static func voc() throws -> LabelClasses {
    let names = [
      "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
      "diningtable",
      "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ]
    return try LabelClasses(
      names.enumerated().map { LabelClasses.Entry(value: UInt8($0), name: $1, color: vocColor($0)) },
      source: "VOC's list")
  }

  /// VOC's palette: the bits of the index, three by three, are the highest bits of red, green and blue.
  private static func vocColor(_ index: Int) -> RGBColor {
    func channel(_ bit: Int) -> UInt8 {
      (0..<3).reduce(0) { $0 | UInt8(index >> (3 * $1 + bit) & 1) << (7 - $1) }
    }
    return RGBColor(red: channel(0), green: channel(1), blue: channel(2))
  }
}
