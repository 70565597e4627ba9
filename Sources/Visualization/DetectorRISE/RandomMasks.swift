import DetectionUtilities
import ImageCodecs

/// Smooth random masks (Petsiuk et al. 2018, section 3.2): a coarse grid of zeros and ones, enlarged bilinearly and shifted
/// by less than a cell.
struct RandomMasks {
  let size: ImageSize
  /// Cells along each side.
  let cells: Int
  /// That a cell is open.
  let probability: Double
  let seed: UInt64

  /// The mask of a number; the same for the same seed, whatever was drawn before. Values in [0, 1].
  func mask(_ number: Int) -> [Float] {
    var generator = SeededGenerator(seed: seed, stream: [UInt64(number)])
    let side = cells + 1
    // One more cell than the image has, for the shift.
    let grid = (0..<side * side).map { _ in Float(generator.chance(probability) ? 1 : 0) }
    let (shiftX, shiftY) = (generator.uniform(0, 1), generator.uniform(0, 1))
    let columns = Self.axis(size.width, cells: cells, shift: shiftX)
    let rows = Self.axis(size.height, cells: cells, shift: shiftY)
    var mask: [Float] = []
    mask.reserveCapacity(size.width * size.height)
    for (top, shareY) in rows {
      let bottom = min(top + 1, cells)
      for (left, shareX) in columns {
        let right = min(left + 1, cells)
        let upper = grid[top * side + left] + shareX * (grid[top * side + right] - grid[top * side + left])
        let lower = grid[bottom * side + left] + shareX * (grid[bottom * side + right] - grid[bottom * side + left])
        mask.append(upper + shareY * (lower - upper))
      }
    }
    return mask
  }

  /// For every pixel the cell before it and the share of the next one.
  private static func axis(_ count: Int, cells: Int, shift: Double) -> [(Int, Float)] {
    (0..<count).map { pixel in
      let place = (Double(pixel) + 0.5) / Double(count) * Double(cells) + shift - 0.5
      let position = min(max(place, 0), Double(cells))
      let first = min(Int(position), cells)
      return (first, Float(position - Double(first)))
    }
  }
}

extension RGBImage {
  /// Every pixel times the mask's value: black where the mask is closed.
  func masked(by mask: [Float]) -> RGBImage {
    var result = self
    result.pixels.withUnsafeMutableBufferPointer { pixels in
      mask.withUnsafeBufferPointer { mask in
        for pixel in mask.indices {
          for channel in 3 * pixel..<3 * pixel + 3 {
            pixels[channel] = UInt8((Float(pixels[channel]) * mask[pixel]).rounded())
          }
        }
      }
    }
    return result
  }
}
