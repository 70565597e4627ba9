import ComputeGraph
import DetectionUtilities
import ImageCodecs
import NetworkPlans
import Tensors

/// Something that a network decided of an image, whose reasons can be asked for.
public enum Decision: Hashable, Sendable {
  /// That an object is there; its box in pixels of the network's input.
  case object(Detection)
  /// That the image shows a class, with the class's probability.
  case label(classIndex: Int, score: Double)

  public var classIndex: Int {
    switch self {
    case .object(let detection): detection.classIndex
    case .label(let classIndex, _): classIndex
    }
  }

  public var score: Double {
    switch self {
    case .object(let detection): detection.score
    case .label(_, let score): score
    }
  }
}

/// How a network's raw outputs become decisions, and how a decision's score depends on them.
public protocol DecisionHead: Sendable {
  /// What the outputs of one image say, surest first.
  func decisions(_ outputs: [Tensor], options: DetectionOptions) throws -> [Decision]

  /// The gradient of a decision's score with respect to every output, each of its output's shape; nil for a decision that the
  /// outputs do not hold. Of a label the score is its logit, as in the papers that follow scores back: probabilities of
  /// a network that is sure hardly depend on anything.
  func scoreGradient(of decision: Decision, outputs: [Tensor]) throws -> [Tensor]?
}

/// A model as one network from prepared images to raw outputs, and a head that decides: what methods need that follow a
/// score back through the layers.
public struct ExplainableNetwork: Sendable {
  public var graph: Graph
  public var parameters: ParameterStore
  public var preprocessing: Preprocessing
  /// How much of an image it looks at, before that is brought to its input.
  public var view: ImageView
  public var head: any DecisionHead

  public init(
    graph: Graph, parameters: ParameterStore, preprocessing: Preprocessing, view: ImageView = .whole,
    head: any DecisionHead
  ) {
    self.graph = graph
    self.parameters = parameters
    self.preprocessing = preprocessing
    self.view = view
    self.head = head
  }

  /// What the network gets of an image.
  public func input(_ image: SourceImage) -> NetworkInput {
    preprocessing(view(image, input: preprocessing.inputSize, antialias: preprocessing.antialias))
  }
}
