/// A small matrix of weights that slides over an image. [rows × columns]
public struct FilterKernel: Hashable, Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// Row after row.
  public let weights: [Float]

  /// Rows and columns at most: a larger kernel is a mistake, or a task for another method.
  public static let longestSide = 63

  /// Throws a ``FilterError`` unless there is at least one number, all rows are of one length, and every number is finite.
  public init(rows: [[Float]]) throws(FilterError) {
    guard let first = rows.first, !first.isEmpty else { throw .kernel("expected at least one number") }
    for (index, row) in rows.enumerated() where row.count != first.count {
      throw .kernel("row \(index + 1) has \(row.count) numbers; expected \(first.count), as many as row 1")
    }
    guard rows.count <= Self.longestSide, first.count <= Self.longestSide else {
      throw .kernel(
        "\(rows.count)×\(first.count) numbers; expected at most \(Self.longestSide) rows and columns")
    }
    for (index, row) in rows.enumerated() where !row.allSatisfy(\.isFinite) {
      throw .kernel("row \(index + 1) holds a number that is not finite")
    }
    rowCount = rows.count
    columnCount = first.count
    weights = rows.flatMap(\.self)
  }

  private init(rowCount: Int, columnCount: Int, weights: [Float]) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.weights = weights
  }

  public var rows: [[Float]] {
    (0..<rowCount).map { Array(weights[$0 * columnCount..<($0 + 1) * columnCount]) }
  }

  /// Turned by 180°: a cross-correlation with it is the convolution with the kernel itself.
  public var turned: FilterKernel {
    FilterKernel(rowCount: rowCount, columnCount: columnCount, weights: weights.reversed())
  }
}

extension FilterKernel {
  /// Reads `0,-1,0; -1,5,-1; 0,-1,0`: rows separated by semicolons or line ends, numbers by commas or blanks. A number may
  /// be a fraction such as 1/16.
  ///
  /// Throws a ``FilterError`` that names the row and the word in it that is no number.
  public init(parsing text: String) throws(FilterError) {
    var lines = text.split(omittingEmptySubsequences: false) { $0 == ";" || $0.isNewline }
    // A semicolon may stand behind the last row too.
    if lines.count > 1, lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    var rows: [[Float]] = []
    for (index, line) in lines.enumerated() {
      var row: [Float] = []
      for word in line.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
        guard let number = Self.number(word) else {
          throw .kernel("row \(index + 1): \"\(word)\" is no number")
        }
        row.append(number)
      }
      rows.append(row)
    }
    try self.init(rows: rows)
  }

  private static func number(_ word: Substring) -> Float? {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let numerator = Float(first) else { return nil }
    if parts.count == 1 { return numerator }
    guard parts.count == 2, let denominator = Float(parts[1]), denominator != 0 else { return nil }
    return numerator / denominator
  }
}

/// Why an image cannot be filtered.
public enum FilterError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with a kernel.
  case kernel(String)
  /// The kernel does not fit into the padded image.
  case smallImage(width: Int, height: Int, kernel: FilterKernel)

  public var description: String {
    switch self {
    case .kernel(let problem): "kernel: \(problem)"
    case .smallImage(let width, let height, let kernel):
      "a kernel of \(kernel.rowCount)×\(kernel.columnCount) (rows × columns) does not fit into an image of "
        + "\(width)×\(height) pixels, padding included"
    }
  }
}
