/// A comparison that would mean nothing.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  /// The dataset has classes that the detector does not know.
  case classes(missing: [String], detector: [String], dataset: [String])

  public var description: String {
    switch self {
    case .classes(let missing, let detector, let dataset):
      "the model does not know \(missing.map { "'\($0)'" }.joined(separator: ", ")); "
        + "the model's classes are \(detector.joined(separator: ", ")); the data's are \(dataset.joined(separator: ", "))"
    }
  }
}
