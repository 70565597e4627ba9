import ComputeGraph

extension TorchvisionArchitecture {
  /// Our name of a parameter of a state dict; nil for the counters of batch normalisation, which nothing reads.
  ///
  /// The pyramid and the proposal network had other names until torchvision 0.13.
  public static func parameterName(_ name: String) -> String? {
    if name.hasSuffix(".num_batches_tracked") { return nil }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    // `backbone.fpn.inner_blocks.0.weight`, now `backbone.fpn.inner_blocks.0.0.weight`.
    if parts.count == 5, parts[0] == "backbone", parts[1] == "fpn", ["inner_blocks", "layer_blocks"].contains(parts[2])
    {
      parts.insert("0", at: 4)
    }
    // `rpn.head.conv.weight`, now `rpn.head.conv.0.0.weight`.
    if isOldProposalConvolution(name) { parts.insert(contentsOf: ["0", "0"], at: 3) }
    // `roi_heads.mask_head.mask_fcn1.weight`, now `roi_heads.mask_head.0.0.weight`.
    if parts.count == 4, parts[1] == "mask_head", parts[2].hasPrefix("mask_fcn"),
      let layer = Int(parts[2].dropFirst(8)),
      layer > 0
    {
      parts.replaceSubrange(2...2, with: [String(layer - 1), "0"])
    }
    return parts.joined(separator: ".")
  }

  /// Classes without the background, which torchvision counts first; nil where the weights are no such detector's.
  public static func classCount(in parameters: ParameterStore) -> Int? {
    guard let rows = parameters["roi_heads.box_predictor.cls_score.weight"]?.shape.dimensions.first, rows > 1 else {
      return nil
    }
    return rows - 1
  }

  /// What the backbone's batch normalisation most likely added to the variance, to be overridden by who knows better: a
  /// state dict does not say.
  ///
  /// 1e-5, but for the published weights of `fasterrcnn_resnet50_fpn` and `maskrcnn_resnet50_fpn`: torchvision runs those with 0, since they were
  /// made when its frozen normalisation had no epsilon. They are recognised by frozen layers, which do not count batches,
  /// and names from before 0.13.
  public func normalizationEpsilon(parameterNames: some Sequence<String>) -> Double {
    guard self == .fasterRCNNResNet50FPN || self == .maskRCNNResNet50FPN else { return 1e-5 }
    var isOld = false
    for name in parameterNames {
      if name.hasSuffix(".num_batches_tracked") { return 1e-5 }
      if Self.isOldProposalConvolution(name) { isOld = true }
    }
    return isOld ? 0 : 1e-5
  }

  private static func isOldProposalConvolution(_ name: String) -> Bool {
    name == "rpn.head.conv.weight" || name == "rpn.head.conv.bias"
  }
}
