import DetectionUtilities
import ImageCodecs

/// Puts the mask of a region, a probability for each of its cells, where the region lies in the image: torchvision's
/// `paste_masks_in_image`, with pixels inside whose probability is above 1/2.
package struct MaskPaster {
  /// Cells along either axis.
  package let size: Int
  /// Of the image.
  package let image: ImageSize

  package init(size: Int, image: ImageSize) {
    self.size = size
    self.image = image
  }

  /// The pixels of an object.
  ///
  /// The mask gets a border of one cell of 0, and the box grows by as much about its middle; its corners are cut off to whole pixels.
  /// A pixel's probability is a bilinear blend of the four cells around it.
  ///
  /// - Parameters:
  ///   - probabilities: `size` × `size`, row-major.
  ///   - box: in pixels of the image.
  package func callAsFunction(_ probabilities: UnsafeBufferPointer<Float>, box: BoundingBox) -> RunLengthMask {
    precondition(probabilities.count == size * size, "\(size)×\(size) probabilities")
    let growth = Float(size + 2) / Float(size)
    let columns = Span(Float(box.x1), Float(box.x2), growth: growth)
    let rows = Span(Float(box.y1), Float(box.y2), growth: growth)
    let blends = rows.places(cells: size + 2, within: image.height)
    var runs: [Range<Int>] = []
    for (x, across) in columns.places(cells: size + 2, within: image.width) {
      var start: Int?
      for (y, down) in blends {
        let upper = across.blend(
          value(probabilities, down.low, across.low), value(probabilities, down.low, across.high))
        let lower = across.blend(
          value(probabilities, down.high, across.low), value(probabilities, down.high, across.high))
        let pixel = x * image.height + y
        if down.blend(upper, lower) > 0.5 {
          start = start ?? pixel
        } else if let first = start {
          runs.append(first..<pixel)
          start = nil
        }
      }
      if let first = start, let last = blends.last { runs.append(first..<x * image.height + last.pixel + 1) }
    }
    return RunLengthMask(width: image.width, height: image.height, inside: runs)
  }

  /// A cell of the mask within its border.
  private func value(_ probabilities: UnsafeBufferPointer<Float>, _ row: Int, _ column: Int) -> Float {
    guard 1...size ~= row, 1...size ~= column else { return 0 }
    return probabilities[(row - 1) * size + column - 1]
  }

  /// Two neighbouring cells, and what the second one weighs.
  struct Blend {
    var low: Int
    var high: Int
    var weight: Float

    func blend(_ first: Float, _ second: Float) -> Float { (1 - weight) * first + weight * second }
  }

  /// The pixels that a grown box covers along an axis.
  private struct Span {
    var first: Int
    var count: Int

    init(_ low: Float, _ high: Float, growth: Float) {
      let half = (high - low) * 0.5 * growth
      let middle = (high + low) * 0.5
      first = Int(middle - half)
      count = max(1, Int(middle + half) - first + 1)
    }

    /// The pixels within the image, and between which cells each lies, as PyTorch's `interpolate` has it with
    /// `align_corners=False`.
    func places(cells: Int, within extent: Int) -> [(pixel: Int, blend: Blend)] {
      let scale = Float(cells) / Float(count)
      let range = max(first, 0)..<max(max(first, 0), min(first + count, extent))
      return range.map { pixel in
        let place = max(0, (Float(pixel - first) + 0.5) * scale - 0.5)
        let low = min(Int(place), cells - 1)
        return (pixel, Blend(low: low, high: min(low + 1, cells - 1), weight: place - Float(low)))
      }
    }
  }
}
