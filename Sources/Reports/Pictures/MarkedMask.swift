import DetectionUtilities
import Evaluation
import ImageCodecs

/// The pixels of an object or a detection in a picture, and what they stand for.
package struct MarkedMask {
  package var mark: ReportPicture.Mark
  package var mask: RunLengthMask

  package init(mark: ReportPicture.Mark, mask: RunLengthMask) {
    self.mark = mark
    self.mask = mask
  }

  /// Those of one image, at the size of its picture.
  ///
  /// - Parameter judged: of the set that has the masks.
  static func all(of judged: MatchedImage, _ masks: InstanceMasks, size: ImageSize) -> [MarkedMask] {
    func marked(_ mark: ReportPicture.Mark, _ masks: [RunLengthMask]) -> [MarkedMask] {
      masks.map { MarkedMask(mark: mark, mask: $0.resized(width: size.width, height: size.height)) }
    }
    func objects(_ places: [Int]) -> [RunLengthMask] {
      places.map { masks.mask(ofObject: $0, inImage: judged.imageID) }
    }
    func detections(_ places: [Int]) -> [RunLengthMask] {
      places.map { masks.mask(ofDetection: $0, inImage: judged.imageID) }
    }
    return marked(.found, objects(judged.places.found)) + marked(.missed, objects(judged.places.missed))
      + marked(.right, detections(judged.places.truePositives))
      + marked(.wrong, detections(judged.places.falsePositives))
  }
}

extension RGBImage {
  /// Draws a contour around every mask. The pixels inside are tinted too, but for right detections, which lie on an object that
  /// is tinted already.
  package mutating func draw(_ masks: [MarkedMask]) {
    for marked in masks where marked.mark != .right {
      tint(pixelsDownColumns: marked.mask.inside, colorIndex: marked.mark.colorIndex, opacity: 0.35)
    }
    for marked in masks {
      let contour = marked.mask.subtracting(marked.mask.eroded(by: 2))
      tint(pixelsDownColumns: contour.inside, colorIndex: marked.mark.colorIndex, opacity: 1)
    }
  }
}
