import DetectionUtilities

extension DarknetLayer {
  static func yolo(_ section: DarknetSection) throws(DarknetError) -> DarknetHead {
    try section.checkKeys(
      DarknetKeys.layer.union(DarknetKeys.detection).union([
        "mask", "anchors", "classes", "num", "scale_x_y", "new_coords", "embedding_size",
      ]))
    let anchors = try anchors(section)
    let mask = try section.integers("mask") ?? Array(anchors.indices)
    guard !mask.isEmpty, mask.allSatisfy(anchors.indices.contains) else {
      throw section.failure(
        "mask: expected numbers from 0 to \(anchors.count - 1), one for each anchor used", key: "mask")
    }
    return DarknetHead(
      kind: .yolo, anchors: mask.map { anchors[$0] },
      classCount: try section.integer("classes", default: 20, in: 1...100_000),
      scaleXY: Double(try section.number("scale_x_y", default: 1, in: 1...10)),
      hasNewCoordinates: try section.integer("new_coords", default: 0, in: 0...1) == 1, classesExcludeEachOther: false)
  }

  static func region(_ section: DarknetSection) throws(DarknetError) -> DarknetHead {
    try section.checkKeys(
      DarknetKeys.layer.union(DarknetKeys.detection).union([
        "anchors", "classes", "coords", "num", "softmax", "background", "tree",
      ]))
    for key in ["tree", "map"] where section.has(key) {
      throw section.failure("\(key) is not supported: a hierarchy of classes, as in YOLO9000; expected none", key: key)
    }
    try section.requireAbsentOrDefault("background")
    try section.requireAbsentOrDefault("coords", 4)
    return DarknetHead(
      kind: .region, anchors: try anchors(section),
      classCount: try section.integer("classes", default: 20, in: 1...100_000), scaleXY: 1, hasNewCoordinates: false,
      classesExcludeEachOther: try section.integer("softmax", default: 0, in: 0...1) == 1)
  }

  private static func anchors(_ section: DarknetSection) throws(DarknetError) -> [AnchorSize] {
    guard let numbers = try section.numbers("anchors"), !numbers.isEmpty, numbers.count % 2 == 0 else {
      throw section.failure("anchors: expected pairs of a width and a height", key: "anchors")
    }
    let count = try section.integer("num", default: numbers.count / 2, in: 1...1000)
    guard 2 * count == numbers.count else {
      throw section.failure("num=\(count) with \(numbers.count / 2) anchors; expected as many", key: "num")
    }
    guard numbers.allSatisfy({ $0 > 0 && $0 < 1e5 }) else {
      throw section.failure("anchors: expected numbers above 0", key: "anchors")
    }
    return stride(from: 0, to: numbers.count, by: 2).map { AnchorSize(width: numbers[$0], height: numbers[$0 + 1]) }
  }
}
