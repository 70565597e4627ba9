import DetectionUtilities
import ImageCodecs
import NeuralNetwork
import OneDNNKernels
import Tensors
import YOLO

/// A Darknet `.cfg` as a network: its layers, their graph, and the order in which a `.weights` file holds the parameters.
///
/// Redmon's framework (<https://pjreddie.com/darknet>) and its successors. Layers are counted from the one behind [net], as
/// Darknet and OpenCV do; parameters of layer 12 are `layers.12.convolution.weight`, `layers.12.normalization.weight`….
public struct DarknetNetwork: Sendable {
  /// Size of the network's input, from [net].
  public let inputSize: ImageSize
  /// Images to the raw maps in front of each [yolo] or [region], the finest first.
  public let graph: Graph
  /// How those maps become boxes.
  public let head: YOLOHeadConfiguration
  /// The layers that give those maps, by their places behind [net].
  public let headInputs: [Int]
  /// Convolutions in the order of the weights.
  let convolutions: [Convolution]

  /// What a `.weights` file holds of one convolution.
  struct Convolution: Hashable, Sendable {
    var layer: Int
    var line: Int
    var filters: Int
    var hasNormalization: Bool
    var weightShape: TensorShape

    var weight: String { "layers.\(layer).convolution.weight" }
    /// Darknet's bias: of the normalisation where there is one.
    var bias: String { hasNormalization ? "\(normalization).bias" : "layers.\(layer).convolution.bias" }
    var normalization: String { "layers.\(layer).normalization" }
    var elementCount: Int { filters * (hasNormalization ? 4 : 1) + weightShape.elementCount }
  }

  /// Floats of a `.weights` file.
  var elementCount: Int { convolutions.reduce(0) { $0 + $1.elementCount } }

  /// Throws a ``DarknetError`` that names the line, and what was expected there.
  public init(_ file: DarknetConfigurationFile) throws(DarknetError) {
    let net = DarknetSection(file.sections[0], path: file.path)
    try net.checkKeys(DarknetKeys.network.union(["width", "height", "channels"]))
    let width = try net.integer("width", default: 0, in: 0...16_384)
    let height = try net.integer("height", default: 0, in: 0...16_384)
    guard width > 0, height > 0 else { throw net.failure("expected width and height above 0") }
    let channels = try net.integer("channels", default: 3, in: 1...65_536)
    guard channels == 3 else {
      throw net.failure("channels=\(channels): expected 3, red, green and blue", key: "channels")
    }
    inputSize = ImageSize(width: width, height: height)

    var sections: [DarknetSection] = []
    var layers: [DarknetLayer] = []
    for section in file.sections.dropFirst() {
      let reader = DarknetSection(section, path: file.path)
      layers.append(try DarknetLayer(reader, index: layers.count))
      sections.append(reader)
    }
    let builder = DarknetGraphBuilder(layers: layers, sections: sections, inputSize: inputSize)
    try builder.check()
    graph = Graph(inputChannels: 3, builder.build)
    convolutions = builder.convolutions
    headInputs = builder.headInputs
    head = try builder.headConfiguration()
  }
}
