import ComputeGraph
import DetectionUtilities

extension FasterRCNNNetwork {
  /// Pooled regions R × C × S × S to logits of masks, R × (1 + classes) × 2S × 2S, background first: He et al. 2017, figure 4, right.
  ///
  /// - Precondition: the configuration has the head.
  public var maskHead: Graph {
    let settings = configuration.masks
    precondition(settings.isPredicted, "a detector without masks")
    return Graph(inputChannels: configuration.pyramid.channels) { pooled in
      var x = pooled
      var channels = configuration.pyramid.channels
      for index in 0..<settings.convolutions {
        let name = "\(Self.maskHeadPrefix).\(index)"
        x = Convolution(
          "\(name).0", inputChannels: channels, outputChannels: settings.channels, kernelSize: 3, padding: 1,
          hasBias: !settings.hasNormalization)(x)
        if settings.hasNormalization { x = BatchNormalization("\(name).1", channels: settings.channels)(x) }
        x = x.relu()
        channels = settings.channels
      }
      let doubling = ConvolutionGeometry(
        inputChannels: channels, outputChannels: settings.channels, kernelSize: 2, stride: 2, isTransposed: true)
      let doubled = Convolution(Self.maskDoubling, geometry: doubling, hasBias: true)(x).relu()
      return [
        Convolution(
          Self.maskPredictor, inputChannels: settings.channels, outputChannels: 1 + classCount, kernelSize: 1)(doubled)
      ]
    }
  }

  /// How regions are cut out of the maps for their masks.
  public var maskPooling: RegionPooling {
    var pooling = pooling
    pooling.outputSize = configuration.masks.poolingSize
    // What the largest of every cell is would move borders.
    if pooling.method == .roiPool { pooling.method = .roiAlign }
    return pooling
  }

  static let maskHeadPrefix = "roi_heads.mask_head"
  static let maskDoubling = "roi_heads.mask_predictor.conv5_mask"
  static let maskPredictor = "roi_heads.mask_predictor.mask_fcn_logits"
}
