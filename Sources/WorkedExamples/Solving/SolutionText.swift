/// A solution as text, as a lecturer would write it on the board.
public struct SolutionText {
  /// At most so many numbers of a step are written out; nil for all.
  public var mostNumbers: Int?

  public init(mostNumbers: Int? = nil) { self.mostNumbers = mostNumbers }

  public func callAsFunction(_ solution: Solution) -> String {
    var blocks: [String] = []
    if !solution.title.isEmpty { blocks.append(solution.title) }
    blocks += solution.inputs.map { Self.matrix($0, indent: "") }
    for (index, step) in solution.steps.enumerated() { blocks.append(text(of: step, number: index + 1)) }
    blocks.append("Every number above agrees with what the kernels computed.")
    return blocks.joined(separator: "\n\n")
  }

  private func text(of step: SolvedStep, number: Int) -> String {
    var parts = [(["\(number). \(step.name): \(step.title)"] + step.notes.map { "   \($0)" }).joined(separator: "\n")]
    parts += step.operands.map { Self.matrix($0, indent: "   ") }
    parts += step.tables.map(Self.table)
    let shown = step.numbers.prefix(mostNumbers ?? .max)
    var lines = shown.map { "   \(Self.line($0))" }
    if step.numbers.count > shown.count {
      lines.append("   … and \(step.numbers.count - shown.count) more in the same way")
    }
    if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
    if step.numbers.count != 1 { parts += step.results.map { Self.matrix($0, indent: "   ") } }
    if !step.words.isEmpty { parts.append("   \(step.name): \(step.words.joined(separator: ", "))") }
    return parts.joined(separator: "\n")
  }

  private static func line(_ number: WorkedNumber) -> String {
    let (formula, value) = (number.formula.text, NumberText.of(number.value))
    // The condition stands behind the value already.
    if case .gated = number.formula { return "\(number.place) = \(formula)" }
    return formula == value ? "\(number.place) = \(value)" : "\(number.place) = \(formula) = \(value)"
  }

  private static func matrix(_ matrix: NamedMatrix, indent: String) -> String {
    // A vector stands in one row.
    if matrix.values.shape[2] == 1, matrix.values.shape[3] == 1 {
      let numbers = matrix.channels.map { NumberText.of($0[0][0]) }.joined(separator: "  ")
      return "\(indent)\(matrix.name) = \(numbers)"
    }
    let channels = matrix.channels
    return channels.enumerated().map { index, rows in
      let name = channels.count == 1 ? matrix.name : "\(matrix.name), channel \(index + 1)"
      let cells = rows.map { $0.map(NumberText.of) }
      return "\(indent)\(name) =\n" + aligned(cells, indent: indent + "   ", right: true)
    }.joined(separator: "\n")
  }

  private static func table(_ table: WorkedTable) -> String {
    aligned([table.header] + table.rows, indent: "   ", right: false)
  }

  /// Columns as wide as their widest cells.
  private static func aligned(_ rows: [[String]], indent: String, right: Bool) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return right ? space + cell : cell + space
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return indent + line
    }.joined(separator: "\n")
  }
}
