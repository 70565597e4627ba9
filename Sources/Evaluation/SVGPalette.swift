/// The style sheet's colours on paper, for readers that do not apply a page's style to its pictures.
enum SVGPalette {
  /// Classes of the style sheet that tell series apart.
  static let kinds = ["a", "b", "c", "d", "e", "f", "g", "h"]

  static func color(_ kind: String) -> String {
    switch kind {
    case "a": "#2563eb"
    case "b": "#c2410c"
    case "c": "#15803d"
    case "d": "#7c3aed"
    case "e": "#be185d"
    case "f": "#0e7490"
    case "g": "#854d0e"
    default: "#475569"
    }
  }
}
