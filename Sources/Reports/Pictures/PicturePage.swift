import Foundation
import ImageCodecs

/// One HTML page of pictures in sections, which needs no other file.
public struct PicturePage: Sendable {
  public struct Figure: Sendable {
    public var caption: String
    public var image: RGBImage

    public init(caption: String, image: RGBImage) {
      self.caption = caption
      self.image = image
    }
  }

  public struct Section: Sendable {
    public var heading: String
    /// What is said above the pictures.
    public var text: String
    public var figures: [Figure]
    /// A table below them: its header and rows; the first column is text.
    public var table: (header: [String], rows: [[String]])?

    public init(
      heading: String, text: String = "", figures: [Figure] = [], table: (header: [String], rows: [[String]])? = nil
    ) {
      self.heading = heading
      self.text = text
      self.figures = figures
      self.table = table
    }
  }

  public var title: String
  /// What the pictures are of and how they were made.
  public var about: String
  public var sections: [Section]

  public init(title: String, about: String, sections: [Section]) {
    self.title = title
    self.about = about
    self.sections = sections
  }

  /// Throws an `ImageError` for a picture that cannot be encoded.
  public func html() throws -> String {
    HTMLPage.document(
      title: title, protocolLine: about, style: Self.style,
      sections: try sections.map { section in
        let text = section.text.isEmpty ? "" : "<p>\(HTMLText.escaped(section.text))</p>\n"
        let figures = try section.figures.map { try Self.figure($0) }.joined(separator: "\n")
        let pictures = figures.isEmpty ? "" : "<div class=\"pictures\">\n\(figures)\n</div>"
        return HTMLPage.section(section.heading, text + pictures + Self.table(section), isLong: true)
      })
  }

  /// Sheets are as wide as they are, and small pictures are not blurred.
  private static let style = """
    .pictures figure { width: auto; max-width: 100%; }
    .pictures img { image-rendering: pixelated; }
    """

  private static func figure(_ figure: Figure) throws -> String {
    let caption = HTMLText.escaped(figure.caption)
    let bytes = Data(try figure.image.encodedPNG()).base64EncodedString()
    return "<figure><img alt=\"\(caption)\" width=\"\(figure.image.width)\" height=\"\(figure.image.height)\" "
      + "src=\"data:image/png;base64,\(bytes)\"><figcaption>\(caption)</figcaption></figure>"
  }

  private static func table(_ section: Section) -> String {
    guard let table = section.table else { return "" }
    let rows = table.rows.map { row in
      HTMLTable.row(HTMLText.escaped(row.first ?? ""), numbers: row.dropFirst().map { HTMLText.escaped($0) })
    }
    return HTMLTable(caption: section.heading, columns: table.header, rows: rows).html
  }
}
