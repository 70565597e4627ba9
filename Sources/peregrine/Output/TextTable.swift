import Files

/// A table for terminals: columns padded to their widest cell, numbers to the right, control characters escaped.
struct TextTable {
  var header: [String]
  var rows: [[String]] = []
  /// Columns that are aligned to the right.
  var numericColumns: Set<Int> = []

  var text: String {
    // A name with a line end would break its row.
    let header = header.map { TerminalText.escaped($0) }
    let rows = rows.map { $0.map { TerminalText.escaped($0) } }
    let widths = header.indices.map { column in
      ([header] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return numericColumns.contains(column) ? space + cell : cell + space
      }
      var joined = padded.joined(separator: "  ")
      while joined.last == " " { joined.removeLast() }
      return joined
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }
}
