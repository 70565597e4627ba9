import ImageCodecs

/// What a label file holds, before its values are looked up.
struct LabelInspection: Sendable {
  struct Occurrence: Sendable {
    var count = 0
    /// In order of rows.
    var firstPlace = 0
    /// Pixels whose value lies between those of two opposite neighbours: what interpolation leaves along borders where labels
    /// are resampled, or drawn with smooth edges.
    var betweenCount = 0
  }

  let size: ImageSize
  let isColored: Bool
  /// By byte, or by red · 65,536 + green · 256 + blue.
  let values: [Int: Occurrence]
  /// Whether there are more colours than are counted.
  let isCutShort: Bool

  /// Of more colours than these the others are not counted: a photograph has them.
  static let mostValues = 4096

  init(_ image: LabelImage) {
    size = image.size
    let keys: [Int32]
    switch image {
    case .indexed(let map, _):
      isColored = false
      keys = map.indices.map { Int32($0) }
    case .colored(let image):
      isColored = true
      keys = (0..<image.width * image.height).map { Self.key(image, at: $0) }
    }
    var values: [Int: Occurrence] = [:]
    var isCutShort = false
    for y in 0..<size.height {
      for x in 0..<size.width {
        let place = y * size.width + x
        let key = keys[place]
        var found = values[Int(key)] ?? Occurrence(firstPlace: place)
        if found.count == 0, values.count == Self.mostValues {
          isCutShort = true
          continue
        }
        found.count += 1
        let isBetween =
          x > 0 && x + 1 < size.width && Self.isBetween(key, keys[place - 1], keys[place + 1])
          || y > 0 && y + 1 < size.height && Self.isBetween(key, keys[place - size.width], keys[place + size.width])
        if isBetween { found.betweenCount += 1 }
        values[Int(key)] = found
      }
    }
    self.values = values
    self.isCutShort = isCutShort
  }

  private static func key(_ image: RGBImage, at place: Int) -> Int32 {
    let red = Int32(image.pixels[3 * place])
    let green = Int32(image.pixels[3 * place + 1])
    let blue = Int32(image.pixels[3 * place + 2])
    return red << 16 | green << 8 | blue
  }

  /// Whether every channel lies between those of the others, and it is neither.
  private static func isBetween(_ key: Int32, _ one: Int32, _ other: Int32) -> Bool {
    if key == one || key == other || one == other { return false }
    for shift: Int32 in [0, 8, 16] {
      let level = (key >> shift) & 255
      let (first, second) = ((one >> shift) & 255, (other >> shift) & 255)
      if level < min(first, second) || level > max(first, second) { return false }
    }
    return true
  }

  /// A byte, or three.
  func text(_ key: Int) -> String { isColored ? "\(key >> 16) \(key >> 8 & 255) \(key & 255)" : "\(key)" }

  /// `column 3, row 2`
  func placeText(_ place: Int) -> String { "column \(place % size.width), row \(place / size.width)" }

  /// Whether a value is found next to nothing but borders: at least three of four of its pixels lie between two others, and
  /// eight or more do.
  static func isBlend(_ occurrence: Occurrence) -> Bool {
    occurrence.betweenCount >= 8 && 4 * occurrence.betweenCount >= 3 * occurrence.count
  }
}
