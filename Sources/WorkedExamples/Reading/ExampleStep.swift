import Tensors

/// One step of an example as its file describes it.
struct ExampleStep: Sendable {
  enum Work: Sendable {
    case layer(any TracedLayer)
    /// Against the vector that has a 1 at this place.
    case crossEntropy(target: Int)
    /// - Parameter gradient: with respect to the last result, where no loss gives it.
    case backward(learningRate: Float, gradient: Tensor?)
    case iou(IoUStep)
    case anchorMatching(AnchorMatchingStep)
    case suppression(SuppressionStep)
    case averagePrecision(AveragePrecisionStep)
  }

  var work: Work
  var name: String?
  /// The result that it works on; nil for that of the step before.
  var source: String?
  /// What the file says must come out.
  var expected: Expected?
  var place: Place

  enum Expected: Sendable {
    case numbers([Float], line: Int?)
    case words([String], line: Int?)
  }

  /// Where it stands.
  struct Place: Sendable {
    var path: String
    var line: Int?
    /// "step 2 (pooling)".
    var words: String

    func error(_ problem: String, _ kind: WorkedExampleError.Kind = .malformed, line: Int? = nil) -> WorkedExampleError
    {
      WorkedExampleError(kind, path: path, line: line ?? self.line, "\(words): \(problem)")
    }

    func placing(_ error: WorkedExampleError) -> WorkedExampleError {
      error.path.isEmpty ? self.error(error.problem, error.kind, line: error.line) : error
    }
  }
}
