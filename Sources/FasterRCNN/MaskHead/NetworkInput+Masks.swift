import DetectionUtilities
import Models

extension NetworkInput {
  /// Detections in network pixels become detections of the upright image at full scale, each with the pixels that its mask has there.
  ///
  /// - Parameter masks: probabilities of every detection's cells; nil for detections without masks.
  func mapBack(_ detections: [Detection], masks: [[Float]]?) -> [Detection] {
    guard let masks else { return mapBack(detections) }
    return zip(detections, masks).flatMap { detection, probabilities in
      mapBack([detection]).map { mapped in
        var mapped = mapped
        let size = Int(Double(probabilities.count).squareRoot())
        mapped.mask = probabilities.withUnsafeBufferPointer {
          MaskPaster(size: size, image: originalSize)($0, box: mapped.box)
        }
        return mapped
      }
    }
  }
}
