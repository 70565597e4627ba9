import Models

/// What convolutions do at the edges of maps.
public enum ConvolutionPadding: String, Codable, Sendable, CaseIterable {
  /// Zeros beyond the edge; maps keep their size.
  case same
  /// Nothing beyond the edge; a 3×3 convolution makes maps smaller by one row and column at every side.
  case valid

  public init(from decoder: any Decoder) throws { self = try decoder.choice() }
}
