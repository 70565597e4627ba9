import DetectionUtilities
import ImageCodecs

/// What a semantic head learns of an image: 0 where a thing is, 1 + i where the stuff i is, and nothing elsewhere.
package struct StuffTarget {
  /// Of the image.
  package var size: ImageSize

  package init(size: ImageSize) { self.size = size }

  /// - Parameter objects: things and stuff, with masks of the image's size. What has no mask counts for nothing. Things lie on stuff.
  package func labels(of objects: [LabelledBox]) -> LabelMap {
    var labels = LabelMap(size: size)
    for object in objects where object.isStuff { draw(object, as: UInt8(object.classIndex + 1), on: &labels) }
    for object in objects where !object.isStuff { draw(object, as: 0, on: &labels) }
    return labels
  }

  private func draw(_ object: LabelledBox, as label: UInt8, on labels: inout LabelMap) {
    for run in object.mask?.inside ?? [] {
      for place in run { labels[place / size.height, place % size.height] = label }
    }
  }
}
