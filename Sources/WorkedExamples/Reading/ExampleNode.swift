internal import Yams

/// A value of an example's file, with the place that errors name.
struct ExampleNode {
  let node: Node
  let path: String
  /// Key path for errors: "steps 2, kernel".
  let key: String

  /// Numbers that one matrix of an example may hold: what is worked on paper is small.
  static let mostNumbers = 16_384

  var line: Int? { node.mark?.line }

  func error(_ problem: String) -> WorkedExampleError {
    WorkedExampleError(path: path, line: line, key.isEmpty ? problem : "\(key): \(problem)")
  }

  /// What an error of a step lacks.
  func placing(_ error: WorkedExampleError) -> WorkedExampleError {
    var placed = error
    placed.path = path
    placed.line = error.line ?? line
    placed.problem = key.isEmpty ? error.problem : "\(key): \(error.problem)"
    return placed
  }

  func child(_ node: Node, _ name: String) -> ExampleNode {
    ExampleNode(node: node, path: path, key: key.isEmpty ? name : "\(key), \(name)")
  }

  /// The keys of a mapping. Throws where it has others than these.
  func mapping(_ known: [String]) throws(WorkedExampleError) -> [String: ExampleNode] {
    guard let mapping = node.mapping else { throw error("expected the keys \(known.joined(separator: ", "))") }
    var result: [String: ExampleNode] = [:]
    for (name, value) in mapping {
      guard let text = name.string, known.contains(text) else {
        let found = name.string ?? "?"
        let nearest = ExampleWords.nearest(to: found, in: known).map { "did you mean \"\($0)\"?" }
        throw WorkedExampleError(
          path: path, line: name.mark?.line,
          (key.isEmpty ? "" : "\(key): ") + "unknown key \"\(found)\"; "
            + (nearest ?? "expected one of \(known.joined(separator: ", "))"))
      }
      result[text] = child(value, text)
    }
    return result
  }

  func elements() throws(WorkedExampleError) -> [ExampleNode] {
    guard let sequence = node.sequence else { throw error("expected a list") }
    return sequence.enumerated().map { child($1, "\($0 + 1)") }
  }

  func text() throws(WorkedExampleError) -> String {
    guard let text = node.scalar?.string else { throw error("expected a word") }
    return text
  }

  func number() throws(WorkedExampleError) -> Double {
    guard let text = node.scalar?.string, let value = Double(text), Float(value).isFinite else {
      throw error("expected a number\(found)")
    }
    return value
  }

  func integer(_ range: ClosedRange<Int>) throws(WorkedExampleError) -> Int {
    guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
      throw error("expected a whole number from \(range.lowerBound) to \(range.upperBound)\(found)")
    }
    return value
  }

  func choice(_ words: [String]) throws(WorkedExampleError) -> String {
    guard let text = node.scalar?.string, words.contains(text) else {
      throw error("expected one of \(words.joined(separator: ", "))\(found)")
    }
    return text
  }

  private var found: String { node.scalar.map { ", found \"\($0.string)\"" } ?? "" }
}

/// Words of an example's file.
enum ExampleWords {
  /// The word that is meant by a mistyped one: at most a third of its letters are other ones.
  static func nearest(to word: String, in known: [String]) -> String? {
    known.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
      .filter { $0.distance <= max(2, $0.word.count / 3) }.min { $0.distance < $1.distance }?.word
  }

  /// Letters to insert, delete or replace (Levenshtein).
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(diagonal + (letter == other ? 0 : 1), above + 1, row[j] + 1)
        diagonal = above
      }
    }
    return row[second.count]
  }
}
