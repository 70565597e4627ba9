import DetectionUtilities
import Foundation

/// Objects of a set by one property: which group each is in.
package struct ObjectGroups {
  /// As in ``ComparedPair/Group/property``.
  package var property: String
  package var names: [String]
  /// Index into ``names`` by object, in the order of the set; nil for one of which the property is not known.
  package var places: [Int?]

  /// By size, class, crowding, and where they are known occlusion and light.
  ///
  /// - Parameter luminance: mean brightness of each object's box, 0 to 255; used where the labels state no light level.
  package static func all(of set: EvaluationSet, luminance: [Double?]) -> [ObjectGroups] {
    let groups = [sizes(set), classes(set), crowding(set), occlusion(set), light(set, luminance)]
    return groups.compactMap(\.self)
  }

  /// COCO's three.
  private static func sizes(_ set: EvaluationSet) -> ObjectGroups {
    ObjectGroups(
      property: "size",
      names: ["small (up to 32² pixels)", "medium (32² to 96² pixels)", "large (above 96² pixels)"],
      places: set.groundTruth.map { $0.area <= 32 * 32 ? 0 : $0.area <= 96 * 96 ? 1 : 2 })
  }

  private static func classes(_ set: EvaluationSet) -> ObjectGroups? {
    if set.classes.count < 2 { return nil }
    return ObjectGroups(
      property: "class", names: set.classes.map(\.name), places: set.groundTruth.map(\.classIndex))
  }

  /// By the highest IoU with another object of the image, of whatever class.
  private static func crowding(_ set: EvaluationSet) -> ObjectGroups {
    var highest = [Double](repeating: 0, count: set.groundTruth.count)
    for indices in Dictionary(grouping: set.groundTruth.indices, by: { set.groundTruth[$0].imageID }).values {
      let objects = indices.filter { !set.groundTruth[$0].isCrowd }
      for (place, first) in objects.enumerated() {
        for second in objects[(place + 1)...] {
          let iou = set.groundTruth[first].box.boundingBox.iou(with: set.groundTruth[second].box.boundingBox)
          highest[first] = max(highest[first], iou)
          highest[second] = max(highest[second], iou)
        }
      }
    }
    return ObjectGroups(
      property: "crowding",
      names: [
        "apart (overlaps no other object)", "touching (IoU with another up to 0.1)",
        "crowded (IoU with another above 0.1)",
      ],
      places: highest.map { $0 == 0 ? 0 : $0 <= 0.1 ? 1 : 2 })
  }

  /// Where labels state how much of an object is visible, or that it is occluded.
  private static func occlusion(_ set: EvaluationSet) -> ObjectGroups? {
    if set.attributes.contains(where: { $0["visible_fraction"] != nil }) {
      return ObjectGroups(
        property: "occlusion", names: ["at least 90 % visible", "50 to 90 % visible", "less than half visible"],
        places: set.attributes.map { $0["visible_fraction"].map { $0 >= 0.9 ? 0 : $0 >= 0.5 ? 1 : 2 } })
    }
    guard let flag = ["IsOccluded", "occluded"].first(where: { name in set.attributes.contains { $0[name] != nil } })
    else { return nil }
    return ObjectGroups(
      property: "occlusion", names: ["not occluded", "occluded"],
      places: set.attributes.map { $0[flag].map { $0 > 0 ? 1 : 0 } })
  }

  /// By the labels' light level, or thirds by the brightness of the boxes.
  private static func light(_ set: EvaluationSet, _ luminance: [Double?]) -> ObjectGroups? {
    if set.attributes.contains(where: { $0["light_level"] != nil }) {
      return ObjectGroups(
        property: "light", names: ["dark (light level below 0.3)", "dim (0.3 to 0.7)", "bright (from 0.7)"],
        places: set.attributes.map { $0["light_level"].map { $0 < 0.3 ? 0 : $0 < 0.7 ? 1 : 2 } })
    }
    let sorted = luminance.compactMap(\.self).sorted()
    guard let darkest = sorted.first, let brightest = sorted.last, brightest > darkest else { return nil }
    let (lower, upper) = (sorted[sorted.count / 3], sorted[sorted.count * 2 / 3])
    func figure(_ value: Double) -> String { String(format: "%.0f", value) }
    return ObjectGroups(
      property: "light",
      names: [
        "dark third (brightness below \(figure(lower)) of 255)", "middle third (\(figure(lower)) to \(figure(upper)))",
        "bright third (from \(figure(upper)))",
      ],
      places: luminance.map { $0.map { $0 < lower ? 0 : $0 < upper ? 1 : 2 } })
  }
}
