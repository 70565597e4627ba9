import DetectionUtilities

extension DarknetLayer {
  /// Reads a section; `index` is the layer's place behind [net].
  init(_ section: DarknetSection, index: Int) throws(DarknetError) {
    switch section.name {
    case "convolutional", "conv": self = try Self.convolution(section)
    case "maxpool", "max": self = try Self.pooling(section)
    case "avgpool", "avg":
      try section.checkKeys(DarknetKeys.layer)
      self = .globalAveragePooling
    case "route": self = try Self.route(section, index: index)
    case "shortcut": self = try Self.shortcut(section, index: index)
    case "upsample":
      try section.checkKeys(DarknetKeys.layer.union(["stride", "scale"]))
      self = .upsampling(
        factor: try section.integer("stride", default: 2, in: 1...64),
        scale: try section.number("scale", default: 1, in: -1e6...1e6))
    case "reorg":
      try section.checkKeys(DarknetKeys.layer.union(["stride", "reverse", "flatten", "extra"]))
      for key in ["reverse", "flatten", "extra"] { try section.requireAbsentOrDefault(key) }
      self = .reorganization(stride: try section.integer("stride", default: 1, in: 1...64))
    case "dropout":
      try section.checkKeys(
        DarknetKeys.layer.union(["probability", "dropblock", "dropblock_size_rel", "dropblock_size_abs"]))
      self = .dropout
    case "yolo": self = .head(try Self.yolo(section))
    case "region": self = .head(try Self.region(section))
    default:
      throw DarknetError(
        path: section.path, line: section.section.line,
        problem: "unknown section [\(section.name.prefix(40))]; expected convolutional, maxpool, avgpool, route, "
          + "shortcut, upsample, reorg, dropout, yolo or region")
    }
  }

  private static func activation(
    _ section: DarknetSection, default standard: DarknetActivation
  ) throws(DarknetError) -> DarknetActivation {
    guard let name = section.text("activation") else { return standard }
    guard let activation = DarknetActivation(rawValue: name.lowercased()) else {
      throw section.failure(
        "activation=\(name.prefix(40)) is not supported; expected "
          + DarknetActivation.allCases.map(\.rawValue).joined(separator: ", "), key: "activation")
    }
    return activation
  }

  /// A stride that is the same along both axes.
  private static func stride(_ section: DarknetSection, default standard: Int) throws(DarknetError) -> Int {
    let stride = try section.integer("stride", default: standard, in: 1...64)
    let x = try section.integer("stride_x", default: stride, in: 1...64)
    let y = try section.integer("stride_y", default: stride, in: 1...64)
    if x != y { throw section.failure("stride_x=\(x) and stride_y=\(y): expected equal strides", key: "stride_x") }
    return x
  }

  private static func convolution(_ section: DarknetSection) throws(DarknetError) -> DarknetLayer {
    let unsupported = [
      "flipped", "binary", "xnor", "bin_output", "sway", "rotate", "stretch", "stretch_sway", "deform", "antialiasing",
      "assisted_excitation", "share_index", "reverse",
    ]
    try section.checkKeys(
      DarknetKeys.layer.union(unsupported).union([
        "filters", "size", "stride", "stride_x", "stride_y", "pad", "padding", "dilation", "groups", "batch_normalize",
        "activation",
      ]))
    for key in unsupported { try section.requireAbsentOrDefault(key) }
    let size = try section.integer("size", default: 1, in: 1...63)
    let dilation = try section.integer("dilation", default: 1, in: 1...64)
    let pads = try section.integer("pad", default: 0, in: 0...1) == 1
    let padding = pads ? size / 2 : try section.integer("padding", default: 0, in: 0...64)
    return .convolution(
      Convolution(
        filters: try section.integer("filters", default: 1, in: 1...65_536), size: size,
        stride: try stride(section, default: 1), padding: padding * dilation, dilation: dilation,
        groups: try section.integer("groups", default: 1, in: 1...65_536),
        hasNormalization: try section.integer("batch_normalize", default: 0, in: 0...1) == 1,
        activation: try activation(section, default: .logistic)))
  }

  private static func pooling(_ section: DarknetSection) throws(DarknetError) -> DarknetLayer {
    let unsupported = ["maxpool_depth", "antialiasing"]
    try section.checkKeys(
      DarknetKeys.layer.union(unsupported).union(["size", "stride", "stride_x", "stride_y", "padding", "out_channels"]))
    for key in unsupported { try section.requireAbsentOrDefault(key) }
    let stride = try stride(section, default: 1)
    let size = try section.integer("size", default: stride, in: 1...63)
    // In all, both sides together; a window never lies in it alone.
    let padding = try section.integer("padding", default: size - 1, in: 0...max(0, size - 1))
    return .maximumPooling(size: size, stride: stride, padding: padding)
  }

  /// Absolute indices of layers before this one; negative ones count back from it.
  private static func layers(
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

  private static func route(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(DarknetKeys.layer.union(["layers", "groups", "group_id"]))
    let groups = try section.integer("groups", default: 1, in: 1...65_536)
    return .route(
      layers: try layers(section, "layers", index: index), groups: groups,
      group: try section.integer("group_id", default: 0, in: 0...(groups - 1)))
  }

  private static func shortcut(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(DarknetKeys.layer.union(["from", "activation", "weights_type", "assisted_excitation"]))
    try section.requireAbsentOrDefault("assisted_excitation")
    if let weights = section.text("weights_type"), weights != "none" {
      throw section.failure("weights_type=\(weights.prefix(40)) is not supported; expected none", key: "weights_type")
    }
    return .shortcut(
      from: try layers(section, "from", index: index), activation: try activation(section, default: .linear))
  }
}
