import ComputeGraph
import ImageCodecs
import Tensors

/// One network of a model: what an ONNX file holds.
public struct ModelNetwork: Sendable {
  /// What tells the file from the model's others; nil where there is only one.
  public var name: String?
  public var graph: Graph
  /// N×C×H×W with one image, or one region.
  public var inputShape: TensorShape
  /// Whether the network judges however many regions there are.
  public var hasVariableBatch = false
  public var inputName: String
  /// One for each of the graph's outputs.
  public var outputNames: [String]
}

/// The networks of a model: of a single-stage detector one, from images to raw maps; of a two-stage detector two, or with
/// masks three, since what lies between them, choosing proposals and pooling regions, is no network.
public struct ModelNetworks: Sendable {
  /// The network of a second stage.
  public struct RegionHead: Sendable {
    public var network: ModelNetwork
    /// Most regions of an image that it judges.
    public var regionCount: Int
  }

  /// What sees the whole image.
  public var image: ModelNetwork
  public var regionHead: RegionHead?
  /// Of a Mask R-CNN, what says which pixels of each detection's region are its object's.
  public var maskHead: RegionHead?

  /// All of them, in the order in which they run.
  public var all: [ModelNetwork] { [image] + [regionHead, maskHead].compactMap { $0?.network } }

  /// Size of the images that ``image`` sees.
  public var inputSize: ImageSize { ImageSize(width: image.inputShape[3], height: image.inputShape[2]) }

  public init(image: ModelNetwork, regionHead: RegionHead? = nil, maskHead: RegionHead? = nil) {
    self.image = image
    self.regionHead = regionHead
    self.maskHead = maskHead
  }

  /// One network from images to a number for every class.
  public init(classifier graph: Graph, inputChannels: Int, inputSize size: ImageSize) {
    self.init(
      image: ModelNetwork(
        graph: graph, inputShape: [1, inputChannels, size.height, size.width], inputName: "images",
        outputNames: ["logits"]))
  }

  /// One network from images to a score for every class and pixel.
  public init(segmenter graph: Graph, inputChannels: Int, inputSize size: ImageSize) {
    self.init(
      image: ModelNetwork(
        graph: graph, inputShape: [1, inputChannels, size.height, size.width], inputName: "images",
        outputNames: ["scores"]))
  }

  /// One network from images to raw maps.
  public init(singleStage graph: Graph, inputSize size: ImageSize) {
    self.init(
      image: ModelNetwork(
        graph: graph, inputShape: [1, 3, size.height, size.width], inputName: "images",
        outputNames: graph.outputs.indices.map { "raw.\($0)" }))
  }
}
