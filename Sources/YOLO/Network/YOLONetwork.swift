import Backbones
import ComputeGraph

/// The single-stage detector as a network: backbone, feature pyramid and a grid head on each of its maps.
///
/// Redmon & Farhadi 2018 (YOLOv3) with this package's backbone and normalised pyramid convolutions. For every cell
/// and anchor the head predicts tx, ty, tw, th, objectness and a logit per class.
public struct YOLONetwork: Sendable {
  public var configuration: YOLOConfiguration
  public var classCount: Int

  public init(_ configuration: YOLOConfiguration, classCount: Int) {
    precondition(classCount > 0, "a detector knows at least one class")
    self.configuration = configuration
    self.classCount = classCount
  }

  /// The graph; its outputs are the raw maps N × (A · (5 + C)) × H × W for strides 8, 16 and 32.
  public var graph: Graph {
    Graph(inputChannels: 3) { images in
      let backbone = Backbone(configuration.backbone, prefix: "backbone.body.")
      // Of several maps of one stride the deepest.
      let chosen = YOLOConfiguration.strides.compactMap { stride in
        backbone.featureMaps.lastIndex { $0.stride == stride }
      }
      let pyramid = FeaturePyramid(
        inputs: chosen.map { backbone.featureMaps[$0] }, channels: configuration.pyramidChannels,
        hasNormalization: true, prefix: "backbone.")
      let maps = backbone(images)
      return pyramid(chosen.map { maps[$0] }).enumerated().map { head(level: $0, $1) }
    }
  }

  /// Name of the bias whose initial value says how rare objects are.
  func predictionBias(level: Int) -> String { "head.\(level).prediction.bias" }

  private func head(level: Int, _ map: Value) -> Value {
    let channels = configuration.pyramidChannels
    var x = map
    for index in 0..<configuration.headConvolutions {
      let name = "head.\(level).\(index)"
      x = Convolution(
        "\(name).conv", inputChannels: channels, outputChannels: channels, kernelSize: 3, padding: 1, hasBias: false)(x)
      x = BatchNormalization("\(name).bn", channels: channels)(x).relu()
    }
    let outputs = configuration.anchorsPerLevel * (5 + classCount)
    return Convolution(
      "head.\(level).prediction", inputChannels: channels, outputChannels: outputs, kernelSize: 1)(x)
  }
}
