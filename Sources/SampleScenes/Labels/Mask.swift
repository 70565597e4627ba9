/// A binary picture: the pixels in which an object is seen.
package struct Mask: Sendable, Hashable {
  package let width: Int
  package let height: Int
  /// Row by row.
  package let cells: [Bool]

  /// - Precondition: `cells.count == width * height`.
  package init(width: Int, height: Int, cells: [Bool]) {
    precondition(cells.count == width * height, "\(cells.count) cells are not a mask of \(width)×\(height)")
    self.width = width
    self.height = height
    self.cells = cells
  }

  @inline(__always) subscript(x: Int, y: Int) -> Bool {
    x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x]
  }

  package var area: Int { cells.count { $0 } }

  /// The smallest rectangle around the mask in pixel edges, nil for an empty mask.
  package var bounds: (x1: Int, y1: Int, x2: Int, y2: Int)? {
    var (x1, y1, x2, y2) = (width, height, 0, 0)
    for y in 0..<height {
      for x in 0..<width where cells[y * width + x] {
        x1 = min(x1, x)
        y1 = min(y1, y)
        x2 = max(x2, x + 1)
        y2 = max(y2, y + 1)
      }
    }
    return x1 < x2 ? (x1, y1, x2, y2) : nil
  }

  /// Lengths of runs down the columns from left to right, first of no, then of yes, as COCO counts them.
  package var columnRuns: [Int] {
    var runs: [Int] = []
    var current = false
    var length = 0
    for x in 0..<width {
      for y in 0..<height {
        if cells[y * width + x] != current {
          runs.append(length)
          length = 0
          current.toggle()
        }
        length += 1
      }
    }
    runs.append(length)
    return runs
  }

  /// COCO's compressed text of ``columnRuns``: from the third run on, the difference to the one two before; five bits
  /// in a character, the sixth says that more follow (`rleToString` in the COCO API's maskApi.c describes the form).
  package var compressedRuns: String {
    let runs = columnRuns
    var text: [UInt8] = []
    for (index, run) in runs.enumerated() {
      var rest = index > 2 ? run - runs[index - 2] : run
      var more = true
      while more {
        var bits = rest & 0x1f
        rest >>= 5
        more = bits & 0x10 != 0 ? rest != -1 : rest != 0
        if more { bits |= 0x20 }
        text.append(UInt8(bits + 48))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
