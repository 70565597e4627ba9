/// What the pages have in common: one file that needs nothing else, in sections.
enum HTMLPage {
  /// - Parameters:
  ///   - lead: what stands before the heading, as HTML.
  ///   - navigation: what stands between the heading and the sections, as HTML.
  ///   - style: rules beside ``style``.
  ///   - sections: as HTML; empty ones are left out.
  static func document(
    title: String, protocolLine: String, lead: String = "", navigation: String = "", style: String = "",
    sections: [String]
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(HTMLText.escaped(title))</title>
    <style>
    \(Self.style)\(style.isEmpty ? "" : "\n" + style)
    </style>
    </head>
    <body>
    \(lead)<h1>\(HTMLText.escaped(title))</h1>
    <p class="protocol">\(HTMLText.escaped(protocolLine))</p>
    \(navigation)<main>
    \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  /// - Parameters:
  ///   - isLong: whether it may be broken over pages.
  ///   - anchor: what a link to it names.
  static func section(_ heading: String, _ body: String, isLong: Bool = false, anchor: String? = nil) -> String {
    let id = anchor.map { " id=\"\($0)\"" } ?? ""
    let kind = isLong ? " class=\"long\"" : ""
    return "<section\(kind)\(id)>\n<h2>\(HTMLText.escaped(heading))</h2>\n\(body)\n</section>"
  }

  /// A picture with its heading and a legend below.
  static func figure(_ heading: String, _ picture: String, legend: [(kind: String, text: String)] = []) -> String {
    let entries = legend.map { "<span><i class=\"\($0.kind)\"></i>\(HTMLText.escaped($0.text))</span>" }.joined()
    let caption = legend.isEmpty ? "" : "<div class=\"legend\">\(entries)</div>"
    return "<figure><figcaption>\(HTMLText.escaped(heading))</figcaption>\(picture)\(caption)</figure>"
  }
}
