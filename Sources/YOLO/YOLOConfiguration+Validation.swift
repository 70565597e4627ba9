extension YOLOConfiguration {
  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(YOLOConfigurationError) {
    let coarsest = Self.strides.max() ?? 1
    try YOLOConfigurationError.require(
      inputSize.width > 0 && inputSize.height > 0 && inputSize.width % coarsest == 0
        && inputSize.height % coarsest == 0,
      "inputSize", "a width and a height that are multiples of \(coarsest), not \(inputSize)")
    try YOLOConfigurationError.require(
      backbone.widthMultiplier > 0 && backbone.widthMultiplier <= 4, "backbone.widthMultiplier",
      "a number above 0 and at most 4, not \(backbone.widthMultiplier)")
    try YOLOConfigurationError.require(
      (1...4096).contains(pyramidChannels), "pyramidChannels", "1 to 4096, not \(pyramidChannels)")
    try YOLOConfigurationError.require(
      (0...16).contains(headConvolutions), "headConvolutions", "0 to 16, not \(headConvolutions)")
    try YOLOConfigurationError.require(
      (1...32).contains(anchorsPerLevel), "anchorsPerLevel", "1 to 32, not \(anchorsPerLevel)")
    try YOLOConfigurationError.require(
      anchors.isEmpty || anchors.count == Self.strides.count && anchors.allSatisfy { $0.count == anchorsPerLevel },
      "anchors",
      "\(Self.strides.count) lists of \(anchorsPerLevel) anchors (anchorsPerLevel), or none to fit them to the data")
    if !anchors.isEmpty { try head(classCount: 1).validate() }
    try loss.validate()
  }
}
