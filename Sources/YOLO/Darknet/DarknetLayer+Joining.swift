import ComputeGraph

extension DarknetLayer {
  /// Absolute indices of layers before this one; negative ones count back from it.
  static func layers(
    _ section: DarknetSection, _ key: String, index: Int
  ) throws(DarknetError) -> [Int] {
    guard let given = try section.integers(key), !given.isEmpty else {
      throw section.failure("has no \(key); expected the layers that it reads")
    }
    var result: [Int] = []
    for number in given {
      let (sum, overflows) = number < 0 ? index.addingReportingOverflow(number) : (number, false)
      guard !overflows, sum >= 0, sum < index else {
        throw section.failure("\(key)=\(number): expected a layer before this one, which is \(index)", key: key)
      }
      result.append(sum)
    }
    return result
  }

  static func route(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(["layers", "groups", "group_id"])
    let groups = try section.integer("groups", default: 1, in: 1...65_536)
    return .route(
      layers: try layers(section, "layers", index: index), groups: groups,
      group: try section.integer("group_id", default: 0, in: 0...(groups - 1)))
  }

  static func shortcut(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(["from", "activation", "weights_type"])
    if let weights = section.text("weights_type"), weights != "none" {
      throw section.failure(
        "weights_type=\(weights.prefix(40)) is not supported: a sum with weights of its own; expected none",
        key: "weights_type")
    }
    return .shortcut(
      from: try layers(section, "from", index: index), activation: try activation(section, default: .linear))
  }

  /// `[scale_channels]` and `[sam]`.
  static func product(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    let scales = section.name == "scale_channels"
    try section.checkKeys(scales ? ["from", "activation", "scale_wh"] : ["from", "activation"])
    let source = try layers(section, "from", index: index)[0]
    let activation = try activation(section, default: .linear)
    guard ![.mish, .swish, .hardMish].contains(activation) else {
      throw section.failure(
        "activation=\(activation.rawValue): Darknet does not apply it in this layer; expected another",
        key: "activation")
    }
    guard scales else { return .product(from: source, activation: activation) }
    return .scaling(
      from: source, perPosition: try section.integer("scale_wh", default: 0, in: 0...1) == 1, activation: activation)
  }

  static func reorganization(_ section: DarknetSection) throws(DarknetError) -> Rearrangement {
    try section.checkKeys(["stride", "reverse", "flatten", "extra"])
    for key in ["flatten", "extra"] { try section.requireAbsentOrDefault(key) }
    let stride = try section.integer("stride", default: 1, in: 1...64)
    let isReverse = try section.integer("reverse", default: 0, in: 0...1) == 1
    // The two differ in which of their directions is the usual order of cells; the others are Darknet's own.
    if section.name == "reorg3d" {
      if isReverse { throw section.failure("reverse=1 is not supported; expected 0", key: "reverse") }
      return .spaceToDepth(stride: stride)
    }
    return isReverse ? .depthToSpace(stride: stride) : .reorganization(stride: stride)
  }

  static func crop(_ section: DarknetSection) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(
      ["crop_height", "crop_width", "noadjust"],
      ignoring: DarknetKeys.layer.union(["flip", "angle", "saturation", "exposure", "shift"]))
    return .crop(
      rows: try section.integer("crop_height", default: 1, in: 1...65_536),
      columns: try section.integer("crop_width", default: 1, in: 1...65_536),
      adjusts: try section.integer("noadjust", default: 0, in: 0...1) == 0)
  }

  static func softmax(_ section: DarknetSection) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(["groups", "temperature", "tree", "spatial"], ignoring: DarknetKeys.layer.union(["noloss"]))
    if section.has("tree") {
      throw section.failure("tree is not supported: a hierarchy of classes; expected none", key: "tree")
    }
    try section.requireAbsentOrDefault("spatial")
    return .softmax(
      groups: try section.integer("groups", default: 1, in: 1...65_536),
      temperature: try section.number("temperature", default: 1, in: 1e-6...1e6))
  }
}
