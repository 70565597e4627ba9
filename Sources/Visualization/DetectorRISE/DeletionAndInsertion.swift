import DetectionUtilities
import ImageCodecs

/// How well a map says what mattered (Petsiuk et al. 2018, section 4.2): how the model's answer falls while the pixels that it
/// names first are deleted, and rises while they are inserted.
public struct DeletionAndInsertion: Hashable, Sendable {
  /// How sure the model is after every step, from the whole image to none of it. A good map's falls at once.
  public let deletion: [Double]
  /// From a blurred image to the whole of it. A good map's rises at once.
  public let insertion: [Double]

  /// Area under the curve over the share of pixels, in [0, 1]; low is good.
  public var deletionScore: Double { Self.area(deletion) }
  /// High is good.
  public var insertionScore: Double { Self.area(insertion) }

  /// - Parameters:
  ///   - map: of the image's size.
  ///   - steps: in which the pixels go.
  ///   - detect: finds objects in an image of the same size.
  public init(
    _ map: Heatmap, of object: Detection, in image: RGBImage, steps: Int = 20, detect: (RGBImage) throws -> [Detection]
  ) rethrows {
    try self.init(map, in: image, steps: steps) { DetectorRISE.similarity(of: try detect($0), to: object) }
  }

  /// - Parameters:
  ///   - map: of the image's size.
  ///   - steps: in which the pixels go.
  ///   - score: how sure the model is of its answer, for an image of the same size.
  public init(
    _ map: Heatmap, in image: RGBImage, steps: Int = 20, score: (RGBImage) throws -> Double
  ) rethrows {
    precondition(map.size == image.size && steps > 0, "a map of \(map.size) of an image of \(image.size)")
    // The first of equals goes first, so that the outcome is always the same.
    let order = map.values.indices.sorted { (map.values[$1], $0) < (map.values[$0], $1) }
    let blurred = image.blurred
    var (shrinking, growing) = (image, blurred)
    var deletion = [try score(shrinking)]
    var insertion = [try score(growing)]
    for step in 0..<steps {
      for pixel in order[order.count * step / steps..<order.count * (step + 1) / steps] {
        for channel in 3 * pixel..<3 * pixel + 3 {
          shrinking.pixels[channel] = 0
          growing.pixels[channel] = image.pixels[channel]
        }
      }
      deletion.append(try score(shrinking))
      insertion.append(try score(growing))
    }
    self.deletion = deletion
    self.insertion = insertion
  }

  private static func area(_ heights: [Double]) -> Double {
    zip(heights, heights.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(heights.count - 1)
  }
}

extension RGBImage {
  /// So that nothing can be recognised: brought to a twentieth of its size and back.
  fileprivate var blurred: RGBImage {
    resized(to: ImageSize(width: max(1, width / 20), height: max(1, height / 20))).resized(to: size)
  }
}
