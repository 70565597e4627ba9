import DetectionUtilities

/// What the mask head is to say of a region: the share of the object in every cell, as RoIAlign of its bitmap has it (torchvision's
/// `project_masks_on_boxes`, with the method of ``RegionPooling/Method/legacyRoIAlign`` and as many samples as a cell has pixels).
package struct MaskTarget {
  /// Cells along either axis.
  package let size: Int

  package init(size: Int) { self.size = size }

  /// `size` × `size` shares, row-major.
  ///
  /// - Parameters:
  ///   - mask: of the network's input.
  ///   - box: the region, in its pixels.
  package func callAsFunction(_ mask: RunLengthMask, box: BoundingBox) -> [Float] {
    let columns = Axis(box.x1, box.x2, cells: size, extent: mask.width)
    let rows = Axis(box.y1, box.y2, cells: size, extent: mask.height)
    let bitmap = Bitmap(mask, columns: columns.touched, rows: rows.touched)
    let share = 1 / Float(rows.samplesPerCell * columns.samplesPerCell)
    var target = [Float](repeating: 0, count: size * size)
    for row in rows.samples {
      for column in columns.samples {
        let upper = (1 - column.weight) * bitmap[column.low, row.low] + column.weight * bitmap[column.high, row.low]
        let lower = (1 - column.weight) * bitmap[column.low, row.high] + column.weight * bitmap[column.high, row.high]
        target[row.cell * size + column.cell] += share * ((1 - row.weight) * upper + row.weight * lower)
      }
    }
    return target
  }

  /// Where a region is sampled along an axis.
  private struct Axis {
    struct Sample {
      var cell: Int
      /// Two neighbouring pixels, and what the second one weighs.
      var low: Int
      var high: Int
      var weight: Float
    }

    var samples: [Sample] = []
    let samplesPerCell: Int

    init(_ start: Double, _ end: Double, cells: Int, extent: Int) {
      let (start, length) = (Float(start), max(Float(end) - Float(start), 1))
      let cellLength = length / Float(cells)
      samplesPerCell = max(1, Int(cellLength.rounded(.up)))
      for cell in 0..<cells {
        for index in 0..<samplesPerCell {
          let step = (Float(index) + 0.5) * cellLength / Float(samplesPerCell)
          var place = start + Float(cell) * cellLength + step
          guard place >= -1, place <= Float(extent) else { continue }
          place = max(place, 0)
          let low = min(Int(place), extent - 1)
          let isLast = low == extent - 1
          samples.append(
            Sample(cell: cell, low: low, high: isLast ? low : low + 1, weight: isLast ? 0 : place - Float(low)))
        }
      }
    }

    /// Every pixel that a sample reads.
    var touched: Range<Int> {
      guard let first = samples.first, let last = samples.last else { return 0..<0 }
      return first.low..<last.high + 1
    }
  }

  /// A part of a mask, a float a pixel, column after column.
  private struct Bitmap {
    private let columns: Range<Int>
    private let rows: Range<Int>
    private var values: [Float]

    init(_ mask: RunLengthMask, columns: Range<Int>, rows: Range<Int>) {
      self.columns = columns
      self.rows = rows
      values = [Float](repeating: 0, count: columns.count * rows.count)
      guard !values.isEmpty else { return }
      let (first, end) = (columns.lowerBound * mask.height, columns.upperBound * mask.height)
      for run in mask.inside where run.upperBound > first && run.lowerBound < end {
        for column in max(run.lowerBound, first) / mask.height...(min(run.upperBound, end) - 1) / mask.height {
          let part = run.clamped(
            to: column * mask.height + rows.lowerBound..<column * mask.height + rows.upperBound)
          let start = (column - columns.lowerBound) * rows.count - column * mask.height - rows.lowerBound
          for pixel in part { values[start + pixel] = 1 }
        }
      }
    }

    subscript(x: Int, y: Int) -> Float {
      values[(x - columns.lowerBound) * rows.count + y - rows.lowerBound]
    }
  }
}
