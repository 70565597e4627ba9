import DetectionUtilities
import ImageCodecs

/// Windows of several sizes and aspect ratios, evenly spread over the image, as detectors looked at images before
/// proposals (Sermanet et al. 2014, "OverFeat", section 3).
///
/// Neighbours of one shape are the same share of their side apart at every size, so that all sizes overlap equally;
/// that share is chosen so that about the wanted number of windows comes out.
public struct SlidingWindows: Hashable, Sendable {
  /// The square roots of the windows' areas, as shares of the image's.
  public var scales: [Double] = [1, 0.7, 0.5, 0.35, 0.25, 0.175, 0.125]
  /// Height over width.
  public var aspectRatios: [Double] = [1, 0.5, 2]

  public init() {}

  /// At most `count` windows, the largest first, beginning with the whole image.
  ///
  /// A side that the image is too short for is cut to the image's. Windows of one shape are at least a pixel apart, so
  /// that a small image has few: one of 1×1 only itself.
  public func proposals(in size: ImageSize, count: Int) -> [BoundingBox] {
    guard count > 0 else { return [] }
    let shapes = shapes(in: size)
    var tooClose = 0.0
    var spacing = Double(max(size.width, size.height))
    for _ in 0..<60 {
      let middle = (tooClose + spacing) / 2
      if shapes.reduce(0, { $0 + $1.windows(spacing: middle, in: size).count }) > count {
        tooClose = middle
      } else {
        spacing = middle
      }
    }
    return Array(shapes.flatMap { $0.boxes(spacing: spacing, in: size) }.prefix(count))
  }

  private struct Shape: Hashable {
    var width: Double
    var height: Double

    /// How many windows lie side by side and one above the other.
    func windows(spacing: Double, in size: ImageSize) -> (across: Int, down: Int, count: Int) {
      let across = 1 + Int((Double(size.width) - width) / max(1, spacing * width))
      let down = 1 + Int((Double(size.height) - height) / max(1, spacing * height))
      return (across, down, across * down)
    }

    func boxes(spacing: Double, in size: ImageSize) -> [BoundingBox] {
      let windows = windows(spacing: spacing, in: size)
      return (0..<windows.count).map { index in
        let x1 = place(index % windows.across, of: windows.across, room: Double(size.width) - width)
        let y1 = place(index / windows.across, of: windows.down, room: Double(size.height) - height)
        return BoundingBox(x1: x1, y1: y1, x2: x1 + width, y2: y1 + height)
          .clipped(width: Double(size.width), height: Double(size.height))
      }
    }

    /// From one edge to the other; a single window stands in the middle.
    private func place(_ index: Int, of count: Int, room: Double) -> Double {
      count == 1 ? room / 2 : room * Double(index) / Double(count - 1)
    }
  }

  /// Shapes without repetition; cutting to the image makes some equal.
  private func shapes(in size: ImageSize) -> [Shape] {
    let width = Double(size.width)
    let height = Double(size.height)
    let side = (width * height).squareRoot()
    var shapes = [Shape(width: width, height: height)]
    for scale in scales {
      for ratio in aspectRatios {
        let shape = Shape(
          width: min(width, max(1, side * scale / ratio.squareRoot())),
          height: min(height, max(1, side * scale * ratio.squareRoot())))
        if !shapes.contains(shape) { shapes.append(shape) }
      }
    }
    return shapes
  }
}
