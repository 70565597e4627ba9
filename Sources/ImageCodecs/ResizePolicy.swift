/// How an image is made to fit a size with other proportions.
public enum ResizePolicy: String, Sendable, Codable, CaseIterable {
  /// Keeps the proportions and pads the rest.
  case letterbox
  /// Fills the size, changing the proportions.
  case stretch
}
