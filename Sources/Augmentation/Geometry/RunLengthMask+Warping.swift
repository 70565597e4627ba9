import DetectionUtilities
import ImageCodecs

extension RunLengthMask {
  /// The mask as a map shows it: a pixel is inside where its centre falls on a pixel inside.
  ///
  /// - Parameters:
  ///   - map: from the result to the image that the mask is of.
  ///   - target: size of the result.
  ///   - window: what is seen of the object there; nothing beyond it is inside.
  /// - Complexity: O(pixels of the window and of the mask's box).
  func warped(by map: AffineMap, to target: ImageSize, within window: BoundingBox) -> RunLengthMask {
    let source = MaskBitmap(self)
    let rows = max(0, Int(window.y1))..<max(max(0, Int(window.y1)), min(target.height, Int(window.y2.rounded(.up))))
    let columns = max(0, Int(window.x1))..<max(max(0, Int(window.x1)), min(target.width, Int(window.x2.rounded(.up))))
    var runs: [Range<Int>] = []
    for column in columns {
      var start: Int?
      for row in rows {
        let (x, y) = map(x: Double(column) + 0.5, y: Double(row) + 0.5)
        let pixel = column * target.height + row
        if source.contains(x: x, y: y) {
          start = start ?? pixel
        } else if let first = start {
          runs.append(first..<pixel)
          start = nil
        }
      }
      if let first = start { runs.append(first..<column * target.height + rows.upperBound) }
    }
    return RunLengthMask(width: target.width, height: target.height, inside: runs)
  }
}

/// The pixels of a mask's box, for looking them up.
private struct MaskBitmap {
  private let columns: Range<Int>
  private let rows: Range<Int>
  private var isInside: [Bool]

  init(_ mask: RunLengthMask) {
    guard let box = mask.box else {
      (columns, rows, isInside) = (0..<0, 0..<0, [])
      return
    }
    columns = Int(box.x1)..<Int(box.x2)
    rows = Int(box.y1)..<Int(box.y2)
    isInside = [Bool](repeating: false, count: columns.count * rows.count)
    for run in mask.inside {
      for pixel in run {
        let (column, row) = (pixel / mask.height - columns.lowerBound, pixel % mask.height - rows.lowerBound)
        isInside[column * rows.count + row] = true
      }
    }
  }

  func contains(x: Double, y: Double) -> Bool {
    guard x >= Double(columns.lowerBound), x < Double(columns.upperBound), y >= Double(rows.lowerBound),
      y < Double(rows.upperBound)
    else { return false }
    return isInside[(Int(x) - columns.lowerBound) * rows.count + Int(y) - rows.lowerBound]
  }
}
