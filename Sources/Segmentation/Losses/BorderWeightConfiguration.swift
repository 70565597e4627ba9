/// How much more pixels weigh that separate two cells, so that cells which touch are told apart (Ronneberger et al. 2015,
/// equation 2): w₀ · exp(−(d₁ + d₂)² / 2σ²), with the distances to the nearest two cells, is added to what the class weighs.
public struct BorderWeightConfiguration: Codable, Sendable, Hashable {
  /// The class whose connected regions are the cells, by its name.
  public var cells = ""
  /// w₀: what a pixel that touches two cells weighs more; 10 in the paper. With 0 there are no border weights.
  public var weight = 0.0
  /// σ, in pixels of the network's input.
  public var sigma = 5.0

  public init() {}

  /// Throws what is wrong with settings that came from a file.
  func validate() throws(SegmenterConfigurationError) {
    if !(0...1000).contains(weight) {
      throw SegmenterConfigurationError(key: "loss.border.weight", expected: "a weight from 0 to 1000, not \(weight)")
    }
    if !(0.1...50).contains(sigma) {
      throw SegmenterConfigurationError(key: "loss.border.sigma", expected: "0.1 to 50 pixels, not \(sigma)")
    }
    if weight > 0 && cells.isEmpty {
      throw SegmenterConfigurationError(key: "loss.border.cells", expected: "the name of a class")
    }
  }
}
