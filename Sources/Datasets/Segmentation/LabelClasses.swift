import ImageCodecs

/// What the bytes or colours of label files stand for.
public struct LabelClasses: Sendable, Hashable {
  /// A line of a class list.
  public struct Entry: Sendable, Hashable {
    /// In files of one byte a pixel.
    public var value: UInt8
    public var name: String
    /// In files of colours; nil where the list has none.
    public var color: RGBColor?
    /// Whether pixels of it count for nothing.
    public var isIgnored: Bool

    public init(value: UInt8, name: String, color: RGBColor? = nil, isIgnored: Bool = false) {
      self.value = value
      self.name = name
      self.color = color
      self.isIgnored = isIgnored
    }
  }

  /// Where the list comes from, for errors.
  public let source: String
  public let entries: [Entry]
  /// The entries that are classes: an index of a `LabelMap` is a place here.
  public let classes: [Entry]
  private let indexByValue: [UInt8?]
  private let indexByColor: [Int: UInt8]

  /// - Throws: ``DatasetError`` for a value, name or colour that stands twice, and for a list without two classes.
  public init(_ entries: [Entry], source: String) throws(DatasetError) {
    var byValue = [UInt8?](repeating: nil, count: 256)
    var byColor: [Int: UInt8] = [:]
    var names: Set<String> = []
    var next: UInt8 = 0
    byValue[Int(LabelMap.ignored)] = LabelMap.ignored
    for entry in entries {
      let index = entry.isIgnored ? LabelMap.ignored : next
      if !entry.isIgnored { next += 1 }
      let value = Int(entry.value)
      guard byValue[value] == nil || value == Int(LabelMap.ignored) && entry.isIgnored else {
        throw DatasetError(
          path: source,
          problem: value == Int(LabelMap.ignored)
            ? "gives the class '\(entry.name)' the value 255, which stands for ignored pixels"
            : "has the value \(value) twice; expected it once")
      }
      byValue[value] = index
      guard names.insert(entry.name).inserted else {
        throw DatasetError(path: source, problem: "has the name '\(entry.name)' twice; expected it once")
      }
      guard let color = entry.color else { continue }
      guard byColor.updateValue(index, forKey: Self.key(color)) == nil else {
        throw DatasetError(
          path: source, problem: "has the colour \(Self.text(color)) twice; expected another for each class")
      }
    }
    guard next >= 2 else {
      throw DatasetError(path: source, problem: "names \(next) classes besides ignored ones; expected two or more")
    }
    self.entries = entries
    self.source = source
    classes = entries.filter { !$0.isIgnored }
    indexByValue = byValue
    indexByColor = byColor
  }

  /// Reads a list: `classes.csv` with the columns name, value, r, g and b, a text file of `R G B name` lines whose name contains
  /// "color", or one of names alone.
  ///
  /// - Throws: ``DatasetError`` naming the line that is wrong.
  public static func read(_ path: String) throws -> LabelClasses { try LabelClassesFile.read(path) }

  /// Classes that are known by their values alone.
  public init(numbered values: [UInt8], source: String) throws(DatasetError) {
    try self.init(values.map { Entry(value: $0, name: "class \($0)") }, source: source)
  }

  /// A label file's pixels as indices of classes.
  ///
  /// - Throws: ``DatasetError`` naming the file and the first pixel whose value or colour the list lacks.
  public func labels(of image: LabelImage, path: String) throws(DatasetError) -> LabelMap {
    switch image {
    case .indexed(var map, _):
      var indices = [UInt8](repeating: 0, count: 256)
      let counts = map.counts
      for value in 0..<256 {
        if let index = indexByValue[value] {
          indices[value] = index
        } else if counts[value] > 0 {
          throw unknown("the value \(value)", map, path, count: counts[value]) { map.indices[$0] == UInt8(value) }
        }
      }
      map.indices.withUnsafeMutableBufferPointer { labels in
        for place in labels.indices { labels[place] = indices[Int(labels[place])] }
      }
      return map
    case .colored(let image): return try labels(of: image, path: path)
    }
  }

  /// The index of a byte, or of a colour as red · 65,536 + green · 256 + blue; nil of one that the list lacks.
  func index(of key: Int, isColor: Bool) -> UInt8? { isColor ? indexByColor[key] : indexByValue[key] }

  /// The name of a class by its byte or colour.
  func name(of key: Int, isColor: Bool) -> String? {
    guard let index = index(of: key, isColor: isColor), index != LabelMap.ignored else { return nil }
    return classes[Int(index)].name
  }

  private func labels(of image: RGBImage, path: String) throws(DatasetError) -> LabelMap {
    guard !indexByColor.isEmpty else {
      throw DatasetError(
        path: path,
        problem: "is in colours, of which \(source) has none; expected one byte a pixel, or a list of classes with the "
          + "columns name, r, g and b")
    }
    var labels = LabelMap(size: image.size)
    var (lastKey, lastIndex) = (-1, UInt8(0))
    for place in labels.indices.indices {
      let color = Self.color(of: image, at: place)
      let key = Self.key(color)
      if key != lastKey {
        guard let index = indexByColor[key] else {
          let count = labels.indices.indices.count { Self.key(Self.color(of: image, at: $0)) == key }
          throw unknown("the colour \(Self.text(color))", labels, path, count: count) { $0 == place }
        }
        (lastKey, lastIndex) = (key, index)
      }
      labels.indices[place] = lastIndex
    }
    return labels
  }

  private func unknown(
    _ what: String, _ map: LabelMap, _ path: String, count: Int, isFirst: (Int) -> Bool
  ) -> DatasetError {
    let place = map.indices.indices.first(where: isFirst) ?? 0
    let values = entries.map(\.value)
    let range = "\(values.min() ?? 0) to \(values.max() ?? 0)"
    return DatasetError(
      path: path,
      problem:
        "has \(what) in \(LabelMap.pixels(count)), the first in column \(place % map.width), row \(place / map.width), which "
        + "\(source) does not list; expected "
        + (what.hasPrefix("the value")
          ? "\(range), or 255 for ignored pixels" : "one of its \(indexByColor.count) colours"))
  }

  private static func color(of image: RGBImage, at place: Int) -> RGBColor {
    RGBColor(red: image.pixels[3 * place], green: image.pixels[3 * place + 1], blue: image.pixels[3 * place + 2])
  }

  private static func key(_ color: RGBColor) -> Int { Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue) }

  private static func text(_ color: RGBColor) -> String { "\(color.red) \(color.green) \(color.blue)" }
}

extension LabelMap {
  /// "1 pixel", "2 pixels".
  static func pixels(_ count: Int) -> String { count == 1 ? "1 pixel" : "\(count) pixels" }
}
