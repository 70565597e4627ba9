extension DarknetLayer {
  /// Sections that keep a state from one image to the next.
  static let recurrentSections: Set<String> = ["rnn", "gru", "lstm", "crnn", "conv_lstm", "history"]
  /// Other sections that Darknet has, refused by name.
  static let unsupportedSections: Set<String> = [
    "normalization", "lrn", "implicit", "deconvolutional", "iseg", "logistic",
  ]
  /// What is expected of a section's name.
  private static let known =
    "convolutional, connected, local, batchnorm, activation, maxpool, avgpool, local_avgpool, route, shortcut, "
    + "scale_channels, sam, upsample, reorg, reorg3d, crop, softmax, cost, dropout, yolo, gaussian_yolo, region or detection"

  /// Reads a section; `index` is the layer's place behind [net].
  init(_ section: DarknetSection, index: Int) throws(DarknetError) {
    for key in ["dontload", "dontloadscales"] { try section.requireAbsentOrDefault(key) }
    switch section.name {
    case "convolutional", "conv": self = try Self.convolution(section, index: index)
    case "connected", "conn": self = try Self.connected(section)
    case "local": self = try Self.local(section)
    case "batchnorm":
      try section.checkKeys([])
      self = .normalization
    case "activation":
      try section.checkKeys(["activation"])
      self = .activation(try Self.activation(section, default: .linear))
    case "maxpool", "max":
      try section.requireAbsentOrDefault("maxpool_depth")
      self = .maximumPooling(try Self.window(section, ["maxpool_depth", "out_channels", "antialiasing"]))
    case "local_avgpool", "local_avg": self = .averagePooling(try Self.window(section, []))
    case "avgpool", "avg":
      try section.checkKeys([])
      self = .globalAveragePooling
    default: self = try Self.joiningOrLast(section, index: index)
    }
  }

  /// The layers that read others than the one before, those without parameters, and heads.
  private static func joiningOrLast(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    switch section.name {
    case "route": return try route(section, index: index)
    case "shortcut": return try shortcut(section, index: index)
    case "scale_channels", "sam": return try product(section, index: index)
    case "upsample":
      try section.checkKeys(["stride", "scale"])
      return .upsampling(
        factor: try section.integer("stride", default: 2, in: 1...64),
        scale: try section.number("scale", default: 1, in: -1e6...1e6))
    case "reorg", "reorg3d": return .rearrangement(try reorganization(section))
    case "crop": return try crop(section)
    case "softmax", "soft": return try softmax(section)
    case "dropout":
      try section.checkKeys(
        ["probability"],
        ignoring: DarknetKeys.layer.union(["dropblock", "dropblock_size_rel", "dropblock_size_abs"]))
      return .identity
    case "cost":
      try section.checkKeys(["type"], ignoring: DarknetKeys.layer.union(["scale", "ratio"]))
      return .identity
    case "contrastive", "empty", "silence": return .identity
    case "yolo": return .head(try yolo(section))
    case "gaussian_yolo": return .head(try gaussian(section))
    case "region": return .head(try region(section))
    case "detection": return .cells(try detection(section))
    default: throw unknown(section)
    }
  }

  private static func unknown(_ section: DarknetSection) -> DarknetError {
    let name = section.name.prefix(40)
    let problem: String
    if recurrentSections.contains(section.name) {
      problem =
        "[\(name)] is not supported: a recurrent layer, which remembers what it saw before; expected a network "
        + "that sees each image by itself"
    } else if unsupportedSections.contains(section.name) {
      problem = "[\(name)] is not supported; expected \(known)"
    } else {
      problem = "unknown section [\(name)]; expected \(known)"
    }
    return DarknetError(path: section.path, line: section.section.line, problem: problem)
  }

  static func activation(
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

  private static func strides(_ section: DarknetSection) throws(DarknetError) -> Strides {
    let stride = try section.integer("stride", default: 1, in: 1...64)
    return Strides(
      row: try section.integer("stride_y", default: stride, in: 1...64),
      column: try section.integer("stride_x", default: stride, in: 1...64))
  }

  private static func blur(_ section: DarknetSection) throws(DarknetError) -> Blur? {
    Blur(rawValue: try section.integer("antialiasing", default: 0, in: 0...2))
  }

  private static func convolution(_ section: DarknetSection, index: Int) throws(DarknetError) -> DarknetLayer {
    let unsupported = [
      "flipped", "binary", "xnor", "bin_output", "sway", "rotate", "stretch", "stretch_sway", "deform", "reverse",
      "coordconv",
    ]
    try section.checkKeys(
      Set(unsupported).union([
        "filters", "size", "stride", "stride_x", "stride_y", "pad", "padding", "dilation", "groups", "batch_normalize",
        "cbn", "activation", "antialiasing", "share_index",
      ]))
    for key in unsupported { try section.requireAbsentOrDefault(key) }
    let size = try section.integer("size", default: 1, in: 1...63)
    let dilation = size == 1 ? 1 : try section.integer("dilation", default: 1, in: 1...64)
    let pads = try section.integer("pad", default: 0, in: 0...64) > 0
    let padding = pads ? size / 2 : try section.integer("padding", default: 0, in: 0...64)
    let normalization = try section.integer("batch_normalize", default: 0, in: 0...2)
    let crossNormalization = try section.integer("cbn", default: 0, in: 0...1)
    return .convolution(
      Convolution(
        filters: try section.integer("filters", default: 1, in: 1...65_536), size: size,
        stride: try strides(section), padding: padding * dilation, dilation: dilation,
        groups: try section.integer("groups", default: 1, in: 1...65_536),
        hasNormalization: normalization > 0 || crossNormalization > 0,
        activation: try activation(section, default: .logistic), blur: try blur(section),
        sharedLayer: section.has("share_index") ? try layers(section, "share_index", index: index)[0] : nil))
  }

  private static func connected(_ section: DarknetSection) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(["output", "activation", "batch_normalize"])
    return .connected(
      outputs: try section.integer("output", default: 1, in: 1...1 << 20),
      hasNormalization: try section.integer("batch_normalize", default: 0, in: 0...1) == 1,
      activation: try activation(section, default: .logistic))
  }

  private static func local(_ section: DarknetSection) throws(DarknetError) -> DarknetLayer {
    try section.checkKeys(["filters", "size", "stride", "pad", "activation"])
    let size = try section.integer("size", default: 1, in: 1...63)
    let padding = try section.integer("pad", default: 0, in: 0...1)
    // Darknet counts places as if a padded window had three cells.
    if padding == 1, size != 3 {
      throw section.failure("pad=1 with size=\(size); expected size=3 or pad=0", key: "pad")
    }
    return .local(
      filters: try section.integer("filters", default: 1, in: 1...65_536), size: size,
      stride: try section.integer("stride", default: 1, in: 1...64), padding: padding,
      activation: try activation(section, default: .logistic))
  }

  private static func window(_ section: DarknetSection, _ others: Set<String>) throws(DarknetError) -> Window {
    try section.checkKeys(others.union(["size", "stride", "stride_x", "stride_y", "padding"]))
    let stride = try section.integer("stride", default: 1, in: 1...64)
    let size = try section.integer("size", default: stride, in: 1...63)
    // In all, both sides together; a window never lies in it alone.
    let padding = try section.integer("padding", default: size - 1, in: 0...max(0, size - 1))
    return Window(
      size: size, stride: try strides(section), padding: padding,
      blur: others.contains("antialiasing") ? try blur(section) : nil)
  }
}
