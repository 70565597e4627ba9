import DetectionUtilities

extension DarknetLayer {
  static func yolo(_ section: DarknetSection) throws(DarknetError) -> DarknetHead {
    try section.checkKeys(
      ["mask", "anchors", "classes", "num", "scale_x_y", "new_coords"], ignoring: trainingKeys)
    return try masked(
      section, kind: .yolo, hasNewCoordinates: try section.integer("new_coords", default: 0, in: 0...1) == 1)
  }

  static func gaussian(_ section: DarknetSection) throws(DarknetError) -> DarknetHead {
    try section.checkKeys(["mask", "anchors", "classes", "num", "scale_x_y", "yolo_point"], ignoring: trainingKeys)
    if let point = section.text("yolo_point"), point != "center" {
      throw section.failure("yolo_point=\(point.prefix(40)) is not supported; expected center", key: "yolo_point")
    }
    return try masked(section, kind: .gaussian, hasNewCoordinates: false)
  }

  private static var trainingKeys: Set<String> { DarknetKeys.layer.union(DarknetKeys.detection) }

  private static func masked(
    _ section: DarknetSection, kind: DarknetHead.Kind, hasNewCoordinates: Bool
  ) throws(DarknetError) -> DarknetHead {
    let anchors = try anchors(section)
    let mask = try section.integers("mask") ?? Array(anchors.indices)
    guard !mask.isEmpty, mask.allSatisfy(anchors.indices.contains) else {
      throw section.failure(
        "mask: expected numbers from 0 to \(anchors.count - 1), one for each anchor used", key: "mask")
    }
    return DarknetHead(
      kind: kind, anchors: mask.map { anchors[$0] },
      classCount: try section.integer("classes", default: 20, in: 1...100_000),
      scaleXY: Double(try section.number("scale_x_y", default: 1, in: 1...10)), hasNewCoordinates: hasNewCoordinates,
      classesExcludeEachOther: false)
  }

  static func region(_ section: DarknetSection) throws(DarknetError) -> DarknetHead {
    try section.checkKeys(
      ["anchors", "classes", "coords", "num", "softmax", "background", "tree"], ignoring: trainingKeys)
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

  /// The head of YOLOv1.
  static func detection(_ section: DarknetSection) throws(DarknetError) -> DarknetCellHead {
    try section.checkKeys(["classes", "coords", "side", "num", "softmax", "sqrt"], ignoring: trainingKeys)
    guard try section.integer("coords", default: 1, in: 1...64) == 4 else {
      throw section.failure("expected coords=4, the numbers of a box", key: "coords")
    }
    return DarknetCellHead(
      side: try section.integer("side", default: 7, in: 1...1024),
      boxCount: try section.integer("num", default: 1, in: 1...1000),
      classCount: try section.integer("classes", default: 1, in: 1...100_000),
      sizesAreRoots: try section.integer("sqrt", default: 0, in: 0...1) == 1,
      classesAreLogits: try section.integer("softmax", default: 0, in: 0...1) == 1)
  }

  private static func anchors(_ section: DarknetSection) throws(DarknetError) -> [AnchorSize] {
    guard let numbers = try section.numbers("anchors"), !numbers.isEmpty, numbers.count % 2 == 0 else {
      throw section.failure("anchors: expected pairs of a width and a height", key: "anchors")
    }
    let count = try section.integer("num", default: numbers.count / 2, in: 1...1000)
    guard 2 * count <= numbers.count else {
      throw section.failure("num=\(count) with \(numbers.count / 2) anchors; expected as many", key: "num")
    }
    guard numbers.allSatisfy({ $0 > 0 && $0 < 1e5 }) else {
      throw section.failure("anchors: expected numbers above 0", key: "anchors")
    }
    // Of more anchors Darknet reads the first.
    return stride(from: 0, to: 2 * count, by: 2).map { AnchorSize(width: numbers[$0], height: numbers[$0 + 1]) }
  }
}
