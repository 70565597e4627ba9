import DetectionUtilities
import ImageCodecs
import ParallelWork
import Synchronization

/// How bright the pixels in the boxes of objects are.
package enum BoxLuminance {
  /// Mean luma (Rec. 601) of each object's box, 0 to 255, in the order of the set; nil where the image cannot be read.
  package static func all(of set: EvaluationSet) -> [Double?] {
    let objects = Dictionary(grouping: set.groundTruth.indices) { set.groundTruth[$0].imageID }
    let images = set.images
    let results = Mutex([Double?](repeating: nil, count: set.groundTruth.count))
    ParallelLoop.run(images.count) { place in
      guard let path = images[place].path, let indices = objects[images[place].id],
        let decoded = try? DecodedImage(
          contentsOf: path, options: ImageDecodingOptions(minimumSize: ImageSize(width: 512, height: 512)))
      else { return }
      let scaleX = Double(decoded.image.width) / Double(decoded.originalSize.width)
      let scaleY = Double(decoded.image.height) / Double(decoded.originalSize.height)
      let means = indices.map { index in
        let box = set.groundTruth[index].box.boundingBox
        return decoded.image.meanLuminance(
          of: BoundingBox(x1: box.x1 * scaleX, y1: box.y1 * scaleY, x2: box.x2 * scaleX, y2: box.y2 * scaleY))
      }
      results.withLock { results in
        for (index, mean) in zip(indices, means) { results[index] = mean }
      }
    }
    return results.withLock { $0 }
  }
}

extension RGBImage {
  /// Mean luma of the pixels that a box touches, 0 to 255; nil where it touches none.
  fileprivate func meanLuminance(of box: BoundingBox) -> Double? {
    let clipped = box.clipped(width: Double(width), height: Double(height))
    let columns = Int(clipped.x1)..<max(Int(clipped.x1), Int(clipped.x2.rounded(.up)))
    let rows = Int(clipped.y1)..<max(Int(clipped.y1), Int(clipped.y2.rounded(.up)))
    if columns.isEmpty || rows.isEmpty { return nil }
    var (red, green, blue) = (0, 0, 0)
    pixels.withUnsafeBufferPointer { pixels in
      for row in rows {
        for column in columns {
          let place = 3 * (row * width + column)
          red += Int(pixels[place])
          green += Int(pixels[place + 1])
          blue += Int(pixels[place + 2])
        }
      }
    }
    let count = Double(columns.count * rows.count)
    return (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / count
  }
}
