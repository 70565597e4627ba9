import Backbones
import Classification
import ComputeGraph
import FasterRCNN
import ImageCodecs
import Models
import Segmentation
import Tensors

/// Turns the weights of a torchvision model into a model file.
public enum TorchvisionImport {
  /// What can be imported: a detector, a classifier, a segmenter, or of a classifier the part that a detector's backbone starts from.
  public enum Architecture: Hashable, Sendable, CaseIterable {
    case detector(TorchvisionArchitecture)
    case classifier(ClassifierNetwork)
    case segmenter(SegmenterNetwork)
    case backbone(TorchvisionClassifier)

    public static var detectors: [Architecture] { TorchvisionArchitecture.allCases.map { .detector($0) } }
    public static var classifiers: [Architecture] { ClassifierNetwork.importable.map { .classifier($0) } }
    public static var segmenters: [Architecture] { SegmenterNetwork.importable.map { .segmenter($0) } }
    public static var backbones: [Architecture] { TorchvisionClassifier.allCases.map { .backbone($0) } }
    /// One for every name.
    public static var allCases: [Architecture] { detectors + classifiers + segmenters }

    /// The function of torchvision that makes it.
    public var name: String {
      switch self {
      case .detector(let architecture): architecture.rawValue
      case .classifier(let network): network.rawValue
      case .segmenter(let network): network.rawValue
      case .backbone(let classifier): classifier.rawValue
      }
    }

    /// Of a classifier the part that detectors share; nil where it has none.
    public var backbone: Architecture? {
      guard case .classifier(let network) = self else { return nil }
      return network.backbone.map { .backbone($0) }
    }

    public init?(name: String) {
      guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = found
    }
  }

  /// What the user says of the weights, which they do not say themselves.
  public struct Options: Hashable, Sendable {
    /// Class names, of a detector without the background; nil for COCO's 90 ids, or numbers.
    public var classNames: [String]?
    /// What batch normalisation adds to the variance; nil for what the architecture has.
    public var normalizationEpsilon: Double?
    public var licence = ""
    /// How a classifier's or a segmenter's images come in; what it does not say is torchvision's.
    public var classifierInput = ClassifierInput()

    public init() {}
  }

  /// Throws a ``TorchvisionError`` that names the parameter that is missing, left over or of another shape.
  public static func modelFile(
    _ weights: ImportedWeights, architecture: Architecture, options: Options = Options()
  ) throws -> ModelFile {
    var file =
      switch architecture {
      case .detector(let architecture): try detector(weights, architecture, options)
      case .classifier(let network): try classifier(weights, network, options)
      case .segmenter(let network): try segmenter(weights, network, options)
      case .backbone(let classifier): try backbone(weights, classifier, options)
      }
    file.provenance.licence = options.licence
    file.provenance.sourceFiles = [weights.source]
    return file
  }

  private static func detector(
    _ weights: ImportedWeights, _ architecture: TorchvisionArchitecture, _ options: Options
  ) throws -> ModelFile {
    let parameters = try renamed(weights, TorchvisionArchitecture.parameterName)
    guard let classCount = TorchvisionArchitecture.classCount(in: parameters) else {
      throw TorchvisionError(
        path: weights.path,
        problem: "has no roi_heads.box_predictor.cls_score.weight; expected the weights of \(architecture.rawValue)")
    }
    let epsilon = options.normalizationEpsilon ?? architecture.normalizationEpsilon(parameterNames: weights.names)
    let configuration = architecture.configuration(normalizationEpsilon: epsilon)
    let network = FasterRCNNNetwork(configuration, classCount: classCount)
    try check(weights, parameters, network.parameters, architecture.rawValue)
    return try ModelFile(
      architecture: FasterRCNNDetector.architecture, configuration: configuration,
      classes: labels(classCount, named: options.classNames, path: weights.path),
      preprocessing: architecture.preprocessing, parameters: parameters)
  }

  private static func backbone(
    _ weights: ImportedWeights, _ classifier: TorchvisionClassifier, _ options: Options
  ) throws -> ModelFile {
    var configuration = classifier.backbone
    if let epsilon = options.normalizationEpsilon { configuration.normalizationEpsilon = epsilon }
    let parameters = try renamed(weights) { classifier.parameterName($0) }
    let backbone = Backbone(configuration, prefix: "backbone.body.")
    let graph = Graph(inputChannels: 3) { backbone($0) }
    try check(weights, parameters, graph.parameters, classifier.rawValue)
    return try ModelFile(
      architecture: ModelFile.backboneArchitecture, configuration: configuration, classes: [],
      preprocessing: Preprocessing(
        inputSize: ImageSize(width: 224, height: 224), mean: [0.485, 0.456, 0.406],
        standardDeviation: [0.229, 0.224, 0.225]),
      parameters: parameters)
  }

  static func renamed(
    _ weights: ImportedWeights, _ ourName: (String) -> String?
  ) throws(TorchvisionError) -> ParameterStore {
    var result = ParameterStore()
    for name in weights.tensors.names {
      guard let ours = ourName(name) else { continue }
      if result.contains(ours) { throw TorchvisionError(path: weights.path, problem: "has \(ours) under two names") }
      result[ours] = weights.tensors[name]
    }
    return result
  }

  /// Every parameter of the network, and no other.
  static func check(
    _ weights: ImportedWeights, _ found: ParameterStore, _ wanted: [ParameterSpecification], _ architecture: String
  ) throws(TorchvisionError) {
    for specification in wanted where found[specification.name]?.shape != specification.shape {
      let shape = found[specification.name].map { "has shape \($0.shape)" } ?? "is missing"
      throw TorchvisionError(
        path: weights.path,
        problem: "\(specification.name) \(shape); \(architecture) wants \(specification.shape)")
    }
    let known = Set(wanted.map(\.name))
    if let extra = found.names.first(where: { !known.contains($0) }) {
      throw TorchvisionError(path: weights.path, problem: "has \(extra), which \(architecture) does not have")
    }
  }

  private static func labels(
    _ count: Int, named names: [String]?, path: String
  ) throws(TorchvisionError) -> [ModelFile.Label] {
    if let names {
      guard names.count == count else {
        throw TorchvisionError(
          path: path, problem: "knows \(count) classes besides the background, \(names.count) names were given")
      }
      return COCOClasses.labels(named: names) ?? names.enumerated().map { ModelFile.Label(name: $1, id: $0 + 1) }
    }
    // torchvision's COCO detectors count ids, the never released ones included.
    guard count == 90 else { return (1...count).map { ModelFile.Label(name: "class \($0)", id: $0) } }
    let known = Dictionary(uniqueKeysWithValues: COCOClasses.all.map { ($0.id, $0) })
    return (1...count).map { known[$0] ?? ModelFile.Label(name: "unused \($0)", id: $0) }
  }
}
