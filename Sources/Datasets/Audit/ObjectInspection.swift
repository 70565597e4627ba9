import DetectionUtilities
import Foundation

/// Looks at the boxes that were kept: each by itself, those of an image together, and the classes as a whole.
enum ObjectInspection {
  /// Above this IoU two boxes of a class are taken for one object labelled twice.
  static let nearDuplicateIoU = 0.95
  static let extremeAspectRatio = 20.0
  static let coveringShare = 0.99
  /// A class below one of these is too rare to learn or to measure.
  static let fewestBoxes = 10
  static let smallestShare = 0.01

  static func entries(for image: LabelledImage, places: [DatasetPlace]) -> [AuditEntry] {
    var entries: [AuditEntry] = []
    for (index, object) in image.objects.enumerated() {
      let box = object.box
      func add(_ finding: DatasetFinding, _ detail: String? = nil) {
        entries.append(AuditEntry(finding: finding, place: places[index].with(detail), box: box, keptBox: box))
      }
      let size = "\(number(box.width))×\(number(box.height))"
      if min(box.width, box.height) < 1 {
        add(.boxBelowOnePixel, size)
      } else if max(box.width, box.height) > extremeAspectRatio * min(box.width, box.height) {
        add(.extremeAspectRatio, size)
      }
      if !object.isCrowd, box.area >= coveringShare * Double(image.size.width * image.size.height) {
        add(.boxCoversImage)
      }
      let twin = image.objects[..<index].firstIndex {
        $0.classIndex == object.classIndex && !$0.isCrowd && !object.isCrowd
          && $0.box.iou(with: box) > nearDuplicateIoU
      }
      if let twin {
        let other = places[twin].line.map { "line \($0)" } ?? places[twin].annotationID.map { "annotation \($0)" }
        let overlap = String(format: "%.3f", image.objects[twin].box.iou(with: box))
        add(.nearDuplicateBox, "IoU \(overlap) with \(other ?? "an earlier one")")
      }
    }
    return entries
  }

  /// Classes with few boxes or none.
  static func entries(for counts: [DatasetAudit.ClassCount]) -> [AuditEntry] {
    guard let largest = counts.max(by: { $0.boxes < $1.boxes }), largest.boxes > 0 else { return [] }
    return counts.compactMap { label in
      let share = Double(label.boxes) / Double(largest.boxes)
      let finding: DatasetFinding
      let detail: String
      if label.boxes == 0 {
        (finding, detail) = (.classWithoutBoxes, "'\(label.name)'")
      } else if label.boxes < fewestBoxes || share < smallestShare {
        finding = .rareClass
        detail =
          "'\(label.name)': \(label.boxes) boxes, \(String(format: "%.1f", 100 * share)) % of '\(largest.name)' "
          + "(\(largest.boxes))"
      } else {
        return nil
      }
      return AuditEntry(finding: finding, place: DatasetPlace(detail: detail))
    }
  }

  private static func number(_ value: Double) -> String { String(format: "%g", (100 * value).rounded() / 100) }
}
