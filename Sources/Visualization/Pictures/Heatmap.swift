import DetectionUtilities
import ImageCodecs

/// A number for every cell of an image: how much it mattered.
public struct Heatmap: Hashable, Sendable {
  public let size: ImageSize
  /// Row after row, not negative.
  public var values: [Float]

  /// - Precondition: as many values as cells.
  public init(size: ImageSize, values: [Float]) {
    precondition(values.count == size.width * size.height, "\(values.count) values for \(size)")
    self.size = size
    self.values = values
  }

  /// From 0 for the lowest to 1 for the highest; all 0 where they are equal.
  public var normalized: Heatmap {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let range = high - low
    return Heatmap(size: size, values: values.map { range > 0 ? ($0 - low) / range : 0 })
  }

  /// The value at a place given by fractions of width and height, bilinear between the middles of cells.
  public func value(x: Double, y: Double) -> Float {
    func neighbours(_ place: Double, _ count: Int) -> (Int, Int, Float) {
      let position = min(max(place * Double(count) - 0.5, 0), Double(count - 1))
      let first = Int(position)
      return (first, min(first + 1, count - 1), Float(position - Double(first)))
    }
    let (left, right, shareX) = neighbours(x, size.width)
    let (top, bottom, shareY) = neighbours(y, size.height)
    func row(_ y: Int) -> Float {
      let (first, second) = (values[y * size.width + left], values[y * size.width + right])
      return first + shareX * (second - first)
    }
    return row(top) + shareY * (row(bottom) - row(top))
  }

  /// The map at another size. The transform is that which brought the picture to the input on which the map lies.
  public func laidOver(_ picture: ImageSize, by transform: ImageTransform? = nil) -> Heatmap {
    var result: [Float] = []
    result.reserveCapacity(picture.width * picture.height)
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        var (shareX, shareY) = ((Double(x) + 0.5) / Double(picture.width), (Double(y) + 0.5) / Double(picture.height))
        if let transform {
          let (inputX, inputY) = transform.toTarget(
            x: shareX * Double(transform.source.width), y: shareY * Double(transform.source.height))
          (shareX, shareY) = (inputX / Double(transform.target.width), inputY / Double(transform.target.height))
        }
        result.append(value(x: shareX, y: shareY))
      }
    }
    return Heatmap(size: picture, values: result)
  }

  /// The map on a part of a picture, in the picture's pixels; 0 around it.
  public func laidOver(_ part: BoundingBox, of picture: ImageSize) -> Heatmap {
    var result = Heatmap(size: picture, values: [Float](repeating: 0, count: picture.width * picture.height))
    guard part.width > 0, part.height > 0 else { return result }
    for y in 0..<picture.height {
      let shareY = (Double(y) + 0.5 - part.y1) / part.height
      guard shareY >= 0, shareY <= 1 else { continue }
      for x in 0..<picture.width {
        let shareX = (Double(x) + 0.5 - part.x1) / part.width
        if shareX >= 0, shareX <= 1 { result.values[y * picture.width + x] = value(x: shareX, y: shareY) }
      }
    }
    return result
  }

  /// The picture, in colours of heat where the map is high.
  ///
  /// - Precondition: the map has the picture's size.
  public func drawn(on picture: RGBImage) -> RGBImage {
    precondition(size == picture.size, "a map of \(size) on a picture of \(picture.size)")
    var result = picture
    for (pixel, value) in normalized.values.enumerated() {
      let color = ColorMap.heat.color(value)
      // What did not matter stays recognisable, dark and without colour.
      let grey =
        0.299 * Float(picture.pixels[3 * pixel]) + 0.587 * Float(picture.pixels[3 * pixel + 1])
        + 0.114 * Float(picture.pixels[3 * pixel + 2])
      let share = 0.25 + 0.5 * value
      for (channel, shade) in [color.red, color.green, color.blue].enumerated() {
        result.pixels[3 * pixel + channel] = UInt8((grey * (1 - share) + Float(shade) * share).rounded())
      }
    }
    return result
  }
}
