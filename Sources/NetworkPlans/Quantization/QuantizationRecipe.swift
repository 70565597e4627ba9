import ComputeGraph

/// How a network is computed in 8-bit integers: which of its convolutions, and the range of every value that is kept as
/// bytes.
///
/// Zero is stored exactly and ranges are symmetric, as in Krishnamoorthi (2018, section 2.2): weights have a scale for
/// each output channel, activations one for the whole value.
public struct QuantizationRecipe: Codable, Hashable, Sendable {
  /// The real numbers that a value's bytes stand for.
  public struct Range: Codable, Hashable, Sendable {
    /// What the largest byte stands for; larger magnitudes saturate.
    public var largest: Float
    /// −127 to 127 instead of 0 to 255.
    public var isSigned: Bool

    public init(largest: Float, isSigned: Bool) {
      self.largest = largest
      self.isSigned = isSigned
    }

    /// The real number that 1 stands for.
    public var scale: Float { largest / (isSigned ? 127 : 255) }
  }

  /// What the ranges were measured on.
  public struct Calibration: Codable, Hashable, Sendable {
    public var imageCount: Int
    /// Tells one choice of images from another.
    public var fingerprint: String

    public init(imageCount: Int, fingerprint: String) {
      self.imageCount = imageCount
      self.fingerprint = fingerprint
    }
  }

  public var method: QuantizationMethod
  /// Bits of weights, sign included: 7, or 8 for processors with VNNI.
  public var weightBits: Int
  /// By name of the layer whose result it is; see `Graph.layerNames`.
  public var ranges: [String: Range]
  /// Names of the convolutions that are computed in integers, in the network's order.
  public var layers: [String]
  /// Parameters that hold those convolutions' weights.
  public var weights: [String]
  /// Names of convolutions that could be, and stay in float32 for what they would cost.
  public var kept: [String]
  public var calibration: Calibration

  public init(
    method: QuantizationMethod, weightBits: Int, ranges: [String: Range], layers: [String], weights: [String],
    kept: [String], calibration: Calibration
  ) {
    self.method = method
    self.weightBits = weightBits
    self.ranges = ranges
    self.layers = layers
    self.weights = weights
    self.kept = kept
    self.calibration = calibration
  }

  /// Largest magnitude of an integer weight.
  public var largestWeight: Float { Float(1 << (weightBits - 1) - 1) }

  /// What is computed how, in one line.
  public var summary: String {
    let images = calibration.imageCount
    var text = "int8 in \(layers.count) convolutions, weights of \(weightBits) bits, ranges by \(method.rawValue) of "
    text += "\(images) image\(images == 1 ? "" : "s") (\(calibration.fingerprint))"
    if !kept.isEmpty { text += "; kept in f32: \(kept.joined(separator: ", "))" }
    return text
  }

  /// The same recipe for some of its layers alone; the others are kept in float32.
  public func restricted(to names: Set<String>, of graph: Graph) -> QuantizationRecipe {
    var result = self
    result.layers = layers.filter(names.contains)
    result.kept = kept + layers.filter { !names.contains($0) }
    let nodes = zip(graph.layerNames, graph.nodes).filter { names.contains($0.0) }
    let used = Set(nodes.compactMap { _, node in node.convolution?.weight })
    result.weights = weights.filter(used.contains)
    return result
  }
}

/// How the range of a value is chosen from what was seen of it.
public enum QuantizationMethod: String, Codable, CaseIterable, Sendable {
  /// The largest magnitude that was seen.
  case maximum = "max"
  /// 99.9 % of the magnitudes lie below it.
  case percentile999 = "percentile-99.9"
  /// 99.99 % of the magnitudes lie below it.
  case percentile9999 = "percentile-99.99"
  /// Least mean square error, of rounding and clipping together; weights are clipped so too.
  case meanSquare = "mean-square"
}
