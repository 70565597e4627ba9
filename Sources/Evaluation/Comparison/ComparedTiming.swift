/// Time per image, whole and by stage, milliseconds.
public struct ComparedTiming: Sendable, Hashable, Codable {
  /// Over all images and rounds.
  public struct Spread: Sendable, Hashable, Codable {
    public var mean: Double
    public var median: Double
    public var percentile90: Double
    public var percentile99: Double

    /// - Precondition: at least one value.
    public init(_ milliseconds: [Double]) {
      precondition(!milliseconds.isEmpty, "a spread of no values")
      let sorted = milliseconds.sorted()
      func quantile(_ share: Double) -> Double { sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
      mean = milliseconds.reduce(0, +) / Double(milliseconds.count)
      median = quantile(0.5)
      percentile90 = quantile(0.9)
      percentile99 = quantile(0.99)
    }
  }

  /// Where time goes, in the order in which an image passes through.
  public enum Stage: String, Sendable, Hashable, Codable, CaseIterable {
    /// From the file to pixels.
    case decode
    /// Resizing and normalising.
    case preprocess
    /// The convolutional network; of a two-stage detector its first stage.
    case network
    /// From the first stage's outputs to regions.
    case proposals
    /// Pooling of regions and the network that looks at each.
    case boxHead = "box head"
    /// From the outputs to detections: decoding and suppression.
    case postprocess
  }

  public struct StageTime: Sendable, Hashable, Codable {
    public var stage: Stage
    public var spread: Spread

    public init(stage: Stage, spread: Spread) {
      self.stage = stage
      self.spread = spread
    }
  }

  public var images: Int
  /// How often every image was detected on.
  public var rounds: Int
  /// From the file to the detections, measured as a whole, not as the sum of its parts.
  public var whole: Spread
  /// Only stages that this detector has.
  public var stages: [StageTime]

  /// The stages' mean times together as a share of the whole's: 1 where nothing was left out.
  public var accountedShare: Double {
    stages.reduce(0) { $0 + $1.spread.mean } / whole.mean
  }

  public init(images: Int, rounds: Int, whole: Spread, stages: [StageTime]) {
    self.images = images
    self.rounds = rounds
    self.whole = whole
    self.stages = stages
  }
}
