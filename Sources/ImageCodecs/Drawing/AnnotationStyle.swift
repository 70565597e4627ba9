/// A box to be drawn on an image, with a label.
public struct AnnotatedBox: Hashable, Sendable {
  /// Corners in pixels of the image, in continuous coordinates.
  public var x1: Double
  public var y1: Double
  public var x2: Double
  public var y2: Double
  /// Shown on a tag beside the box; "" draws none.
  public var label: String
  /// Which of the class colours to use: usually the class's index.
  public var colorIndex: Int

  public init(x1: Double, y1: Double, x2: Double, y2: Double, label: String, colorIndex: Int) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
    self.label = label
    self.colorIndex = colorIndex
  }
}

/// Widths and heights in pixels for boxes and labels that suit an image.
struct AnnotationStyle {
  let lineWidth: Int
  /// Of the outer corners of boxes and tags.
  let cornerRadius: Double
  /// Over how many pixels the dark rim around boxes and tags fades away.
  let rimWidth: Double
  /// Height of capital letters.
  let capHeight: Int

  /// Letters smaller than this cannot be read.
  static let leastCapHeight = 7
  /// How dark the rim is at its darkest.
  static let rimStrength = 0.5

  init(imageSize: ImageSize) {
    let (width, height) = (Double(imageSize.width), Double(imageSize.height))
    // The long side, or less where the image is a narrow strip.
    let extent = min(max(width, height), 4.0 / 3 * (width * height).squareRoot())
    lineWidth = max(1, Int((1 + 0.0017 * extent).rounded()))
    cornerRadius = 1 + 1.5 * Double(lineWidth)
    rimWidth = max(1.5, 0.5 * Double(lineWidth))
    capHeight = max(Self.leastCapHeight, Int((4 + 0.0075 * extent).rounded()))
  }

  /// Space beside the text of a tag, and above and below its capitals.
  static func padding(capHeight: Int) -> (side: Int, above: Int) {
    (Int((0.5 * Double(capHeight)).rounded()), max(2, Int((0.4 * Double(capHeight)).rounded())))
  }

  /// The height of a tag: descenders stay inside it.
  static func tagHeight(capHeight: Int) -> Int { capHeight + 2 * padding(capHeight: capHeight).above }

  /// The width of a tag with this text.
  static func tagWidth(_ text: String, capHeight: Int) -> Int {
    let text = StrokeFont.width(of: text, capHeight: Double(capHeight)).rounded(.up)
    return Int(text) + 2 * padding(capHeight: capHeight).side
  }

  /// The label and its letters' height, first made smaller and then shorter until the tag fits the image; nil where no
  /// readable tag fits.
  func fitted(_ label: String, in size: ImageSize) -> (text: String, capHeight: Int)? {
    for height in stride(from: capHeight, through: Self.leastCapHeight, by: -1)
    where Self.tagWidth(label, capHeight: height) <= size.width && Self.tagHeight(capHeight: height) <= size.height {
      return (label, height)
    }
    let least = Self.leastCapHeight
    if Self.tagHeight(capHeight: least) > size.height { return nil }
    // No letter is narrower than a pixel.
    var text = String(label.prefix(size.width))
    while !text.isEmpty {
      text.removeLast()
      let shortened = text + "..."
      if Self.tagWidth(shortened, capHeight: least) <= size.width { return text.isEmpty ? nil : (shortened, least) }
    }
    return nil
  }
}
