import Tensors

/// One step of a worked example: its formula for every number, what went in, and what came out.
public struct SolvedStep: Sendable {
  /// What later steps and the reader call its result.
  public var name: String
  /// The operation and its settings.
  public var title: String
  /// What a lecturer would say beside it, such as how the size of the result follows.
  public var notes: [String] = []
  /// Kernels, weights, and whatever else the step brings along.
  public var operands: [NamedMatrix] = []
  /// The calculation of every number of the result, in the result's order.
  public var numbers: [WorkedNumber] = []
  /// Rows of words and numbers, for steps on boxes.
  public var tables: [WorkedTable] = []
  /// What the kernels computed; the last one is the step's result.
  public var results: [NamedMatrix] = []
  /// A result of words.
  public var words: [String] = []

  public init(name: String, title: String) {
    self.name = name
    self.title = title
  }

  public var result: Tensor? { results.last?.values }
}

/// A number and how it came about.
public struct WorkedNumber: Hashable, Sendable {
  /// Such as "Z[1,2]", rows and columns counted from 1.
  public var place: String
  public var formula: Formula
  public var value: Double { formula.value }

  package init(place: String, formula: Formula) {
    self.place = place
    self.formula = formula
  }
}

/// Numbers with a name: [1, channels, rows, columns].
public struct NamedMatrix: Sendable {
  public var name: String
  public var values: Tensor

  public init(_ name: String, _ values: Tensor) {
    self.name = name
    self.values = values
  }

  /// The rows of every channel.
  public var channels: [[[Double]]] {
    let (rows, columns) = (values.shape[2], values.shape[3])
    return (0..<values.shape[1]).map { channel in
      (0..<rows).map { row in
        (0..<columns).map { Double(values[(channel * rows + row) * columns + $0]) }
      }
    }
  }
}

/// A table of a step.
public struct WorkedTable: Hashable, Sendable {
  public var header: [String]
  public var rows: [[String]]
}

/// The whole of a worked example.
public struct Solution: Sendable {
  public var title: String
  public var inputs: [NamedMatrix]
  public var steps: [SolvedStep]

  /// The numbers of this name: an input's, a step's, or those of its parts, such as "∂L/∂Z".
  public subscript(name: String) -> Tensor? {
    let inside = steps.flatMap(\.results)
    let all = inputs + inside
    return all.last { $0.name == name }?.values ?? steps.last { $0.name == name }?.result
  }

  public func step(_ name: String) -> SolvedStep? { steps.last { $0.name == name } }
}
