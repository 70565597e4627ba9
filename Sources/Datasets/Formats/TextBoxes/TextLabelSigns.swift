/// What the lines of a folder of label files show about the format: fractions or pixels, names or indices.
struct TextLabelSigns {
  private var fractionLines = 0
  private var pixelLines = 0
  private var namedLines = 0
  /// Five whole numbers, of which four may be corners.
  private var cornerLines = 0
  /// Five whole numbers, of which four are no corners.
  private var fallingLines = 0
  private var otherLines = 0
  private var largestLast = 0.0

  /// - Returns: Whether the line can be a label.
  mutating func count(_ fields: [Substring]) -> Bool {
    guard fields.count >= 5 else { return false }
    let numbers = fields.compactMap { Double($0) }
    let isWhole = numbers.allSatisfy { $0 == $0.rounded() }
    if numbers.count < fields.count {
      let box = fields.suffix(4).compactMap { Double($0) }
      guard box.count == 4 else { return false }
      namedLines += 1
      countSize(box)
      return true
    }
    countSize(numbers.dropFirst())
    guard fields.count == 5, isWhole else {
      otherLines += 1
      return true
    }
    // Corners rise; the corner and size of a small object far from the origin do not.
    let rises = numbers[0] < numbers[2] && numbers[1] < numbers[3] && numbers[4] >= 0
    if rises { cornerLines += 1 } else { fallingLines += 1 }
    largestLast = max(largestLast, numbers[4])
    return true
  }

  /// Fractions lie in 0…1, or a little outside of it where a label is wrong.
  private mutating func countSize(_ numbers: some Collection<Double>) {
    let limit = numbers.allSatisfy { $0 == $0.rounded() } ? 1.0 : 2.0
    if numbers.contains(where: { abs($0) > limit }) { pixelLines += 1 } else { fractionLines += 1 }
  }

  private var areFractions: Bool { fractionLines > pixelLines }

  /// DeepPCB's reader names a line that is not five whole numbers; a box that falls it would only leave out.
  private var mayBePCB: Bool { fallingLines == 0 && cornerLines > 0 && cornerLines >= otherLines }

  /// Whether further lines change nothing: readers refuse a line of another form by themselves, but those of pixels
  /// without names can be told apart by all of them alone.
  var isPlain: Bool { fractionLines + pixelLines > 0 && (areFractions || namedLines > 0 || fallingLines > 0) }

  /// - Parameter classCount: How many classes the set is known to have.
  /// - Throws: ``DatasetError`` where two formats are possible.
  func format(hasImages: Bool, classCount: Int, path: String) throws -> DatasetFormat? {
    guard fractionLines + pixelLines > 0 else { return hasImages ? .yolo : nil }
    if areFractions { return namedLines > 0 && !hasImages ? .text : .yolo }
    // The last number is a class there, and the lower side or the height of a box elsewhere.
    guard namedLines == 0, mayBePCB, largestLast <= Double(max(classCount, 20)) else { return .text }
    if hasImages { return .deepPCB }
    throw DatasetError(
      path: path,
      problem: "five whole numbers a line may be 'class x y width height' (format text) or 'x1 y1 x2 y2 class' "
        + "(format deeppcb, with images); state the format")
  }
}
