import CPUKernels
import DetectionUtilities
import ImageCodecs

/// What the pixels of a label map weigh for lying between two cells (Ronneberger et al. 2015, equation 2).
///
/// A cell is a region of one class whose pixels are neighbours along rows and columns. A pixel's distance to a cell is that of the
/// two pixels' centres, 0 within the cell. Where d₁ + d₂ is more than 6σ, and the weight below 2·10⁻⁸ of w₀, it is 0.
public struct BorderWeights: Sendable {
  /// The cells' class.
  public let cellClass: UInt8
  public let configuration: BorderWeightConfiguration

  public init(_ configuration: BorderWeightConfiguration, cellClass: UInt8) {
    self.configuration = configuration
    self.cellClass = cellClass
  }

  /// The weights of a map's middle, of which so many rows and columns at every side are left out.
  func weights(of labels: LabelMap, margin: Int) -> [Float] {
    let weights = weights(of: labels)
    if margin == 0 { return weights }
    return (margin..<labels.height - margin).flatMap { row in
      weights[row * labels.width + margin..<(row + 1) * labels.width - margin]
    }
  }

  /// The weight of every pixel, row-major; 0 where there is only one cell within reach, or none.
  ///
  /// - Complexity: O(pixels · σ), on all kernel threads.
  public func weights(of labels: LabelMap) -> [Float] {
    let (width, height) = (labels.width, labels.height)
    let (cells, cellCount) = labels.regions(of: cellClass)
    var weights = [Float](repeating: 0, count: width * height)
    guard cellCount > 1 else { return weights }
    let nearest = NearestInColumns(cells: cells, width: width, height: height)
    weights.withUnsafeMutableBufferPointer { weights in
      nonisolated(unsafe) let weights = weights
      nearest.entries.withUnsafeBufferPointer { entries in
        KernelThreads.run(height) { row in
          let line = UnsafeBufferPointer(rebasing: entries[row * width..<(row + 1) * width])
          for column in 0..<width { weights[row * width + column] = weight(column, line) }
        }
      }
    }
    return weights
  }

  /// Of a pixel, from the nearest cells in the columns of its row.
  @inline(__always)
  private func weight(_ column: Int, _ line: UnsafeBufferPointer<NearestInColumns.Pair>) -> Float {
    let limit = 6 * configuration.sigma
    let reach = Int(limit)
    var nearest = NearestPair()
    for other in max(0, column - reach)...min(line.count - 1, column + reach) {
      let across = (other - column) * (other - column)
      nearest.offer(line[other].0, across)
      nearest.offer(line[other].1, across)
    }
    guard nearest.second != .max else { return 0 }
    let sum = Double(nearest.first).squareRoot() + Double(nearest.second).squareRoot()
    guard sum <= limit else { return 0 }
    let exponent = -sum * sum / (2 * configuration.sigma * configuration.sigma)
    return Float(configuration.weight * exponent.exponential())
  }
}

/// The nearest two of some cells.
private struct NearestPair {
  private var cell: Int32 = 0
  /// Squared distances of the nearest cell and of the nearest other one.
  private(set) var first = Int.max
  private(set) var second = Int.max

  /// - Parameter across: squared distance of the entry's column.
  @inline(__always)
  mutating func offer(_ entry: NearestInColumns.Entry, _ across: Int) {
    guard entry.cell != 0 else { return }
    let distance = Int(entry.rows) * Int(entry.rows) + across
    if entry.cell == cell {
      first = min(first, distance)
    } else if distance < first {
      (second, first, cell) = (first, distance, entry.cell)
    } else {
      second = min(second, distance)
    }
  }
}

/// For every pixel the nearest two cells of its column. Of a pixel's nearest two cells each is the nearest or second nearest in the
/// column where it comes closest, for a third one that is nearer there would be nearer to the pixel too.
private struct NearestInColumns {
  struct Entry {
    /// From 1; 0 for none.
    var cell: Int32
    /// Distance.
    var rows: Int32
  }

  /// Of different cells; the nearer one first.
  typealias Pair = (Entry, Entry)

  let entries: [Pair]

  init(cells: [Int32], width: Int, height: Int) {
    let none = Entry(cell: 0, rows: 0)
    var entries = [Pair](repeating: (none, none), count: width * height)
    /// Goes on by a row: what was near is a row further.
    func advance(_ near: inout Pair, to cell: Int32) {
      near.0.rows += 1
      near.1.rows += 1
      guard cell != 0 else { return }
      if near.0.cell != cell { near.1 = near.0 }
      near.0 = Entry(cell: cell, rows: 0)
    }
    for column in 0..<width {
      var near = (none, none)
      for row in 0..<height {
        advance(&near, to: cells[row * width + column])
        entries[row * width + column] = near
      }
      near = (none, none)
      for row in (0..<height).reversed() {
        let place = row * width + column
        advance(&near, to: cells[place])
        entries[place] = Self.nearest(entries[place], near)
      }
    }
    self.entries = entries
  }

  /// The nearest two of four, of different cells.
  private static func nearest(_ above: Pair, _ below: Pair) -> Pair {
    var best = (Entry(cell: 0, rows: .max), Entry(cell: 0, rows: .max))
    for entry in [above.0, above.1, below.0, below.1] where entry.cell != 0 {
      if entry.cell == best.0.cell {
        best.0.rows = min(best.0.rows, entry.rows)
      } else if entry.rows < best.0.rows {
        best = (entry, best.0)
      } else if entry.rows < best.1.rows {
        best.1 = entry
      }
    }
    return best
  }
}

extension LabelMap {
  /// The regions of a class, whose pixels are neighbours along rows and columns: their numbers from 1 on, 0 elsewhere.
  func regions(of index: UInt8) -> (numbers: [Int32], count: Int) {
    var numbers = [Int32](repeating: 0, count: indices.count)
    var count: Int32 = 0
    var waiting: [Int] = []
    for start in indices.indices where indices[start] == index && numbers[start] == 0 {
      count += 1
      numbers[start] = count
      waiting.append(start)
      while let place = waiting.popLast() {
        let column = place % width
        func visit(_ neighbour: Int) {
          guard indices[neighbour] == index, numbers[neighbour] == 0 else { return }
          numbers[neighbour] = count
          waiting.append(neighbour)
        }
        if column > 0 { visit(place - 1) }
        if column < width - 1 { visit(place + 1) }
        if place >= width { visit(place - width) }
        if place < indices.count - width { visit(place + width) }
      }
    }
    return (numbers, Int(count))
  }
}
