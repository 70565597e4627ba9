/// A comparison that would mean nothing, found before anything is measured.
public enum ComparisonError: Error, Hashable, CustomStringConvertible {
  /// The data has classes that a model does not know.
  case classes(path: String, model: [String], data: [String], missing: [String])
  /// One file stands among the inputs twice.
  case givenTwice(path: String, again: String)
  case noObjects(path: String)
  /// An input that is not what the others are, such as a detector beside a classifier.
  case otherKind(path: String, expected: String)
  /// No candidate came to an end.
  case nothingMeasured(reasons: [String])

  public var description: String {
    switch self {
    case .classes(let path, let model, let data, let missing):
      "\(path): does not know \(missing.map { "'\($0)'" }.joined(separator: ", ")) of the data's classes; "
        + "by name: \(data.map { "\($0) → \(missing.contains($0) ? "none" : $0)" }.joined(separator: ", ")); "
        + "the model's classes are \(Self.list(model))"
    case .givenTwice(let path, let again):
      path == again
        ? "\(path): is given twice; expected every model and every file of detections once"
        : "\(again): is the same file as \(path); expected every model and every file of detections once"
    case .noObjects(let path): "\(path): has no labelled object; expected some to be found"
    case .otherKind(let path, let expected): "\(path): expected \(expected)"
    case .nothingMeasured(let reasons): "nothing could be measured: \(reasons.joined(separator: "; "))"
    }
  }

  private static func list(_ names: [String]) -> String {
    let most = 30
    return names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
  }
}
