internal import Foundation

/// How a training run ended, when it did not fail. Epochs and steps count what is finished.
public enum TrainingOutcome: Equatable, Sendable {
  /// All epochs done; the model files are written. `best` is nil where nothing was validated.
  case completed(best: ValidationResult?)
  /// The configured time is over; checkpoint and model files are written, and the run can be resumed.
  case timeLimitReached(epochs: Int, steps: Int, best: ValidationResult?)
  /// Somebody asked to stop; the checkpoint is written, and the run can be resumed.
  case interrupted(epochs: Int, steps: Int)
}

/// How well a model did on the validation images: two numbers in [0, 1], more being better.
public struct ValidationResult: Equatable, Sendable {
  /// What is measured.
  public enum Kind: String, Sendable, CaseIterable {
    /// COCO's AP, averaged over IoU 0.50 to 0.95, and AP at IoU 0.50.
    case averagePrecision
    /// How often the most probable class is right, and one of the five most probable.
    case accuracy
    /// The mean over the classes of intersection over union, and the share of labelled pixels that are right.
    case segmentation

    /// Names of the two numbers in model files and logs.
    public var names: [String] {
      switch self {
      case .averagePrecision: ["AP", "AP50"]
      case .accuracy: ["top1", "top5"]
      case .segmentation: ["mIoU", "pixelAccuracy"]
      }
    }
  }

  public let kind: Kind
  private let first: Double
  private let second: Double

  private init(_ kind: Kind, _ first: Double, _ second: Double) {
    self.kind = kind
    self.first = first
    self.second = second
  }

  public init(averagePrecision: Double, averagePrecision50: Double) {
    self.init(.averagePrecision, averagePrecision, averagePrecision50)
  }

  public init(topOne: Double, topFive: Double) { self.init(.accuracy, topOne, topFive) }

  public init(meanIoU: Double, pixelAccuracy: Double) { self.init(.segmentation, meanIoU, pixelAccuracy) }

  /// The two numbers under their names, nil where one is missing.
  init?(_ kind: Kind, _ value: (String) throws -> Double?) rethrows {
    guard let first = try value(kind.names[0]), let second = try value(kind.names[1]) else { return nil }
    self.init(kind, first, second)
  }

  /// In the order of the kind's names.
  public var values: [Double] { [first, second] }
  /// Under the names that a model file and the log give them.
  public var metrics: [String: Double] { Dictionary(uniqueKeysWithValues: zip(kind.names, values)) }
  /// Both, for people.
  public var summary: String {
    zip(kind.names, values).map { String(format: "\($0) %.4f", $1) }.joined(separator: ", ")
  }

  /// By the first number, then by the second: early in a run AP is zero while AP50 already tells runs apart.
  func isBetter(than other: ValidationResult) -> Bool {
    (first, second) > (other.first, other.second)
  }
}
