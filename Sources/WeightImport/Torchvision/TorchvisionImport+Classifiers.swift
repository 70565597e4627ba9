import Classification
import ComputeGraph
import ImageCodecs
import Models
import Tensors

/// What the user says of a classifier's or a segmenter's images, which its weights do not say; nil for what the makers of the usual weights did.
public struct ClassifierInput: Hashable, Sendable {
  /// Side of the square that the network sees.
  public var inputSide: Int?
  /// What the image's shorter side is brought to before its middle is taken; 0 for stretching the whole image.
  public var resizedSide: Int?
  /// Subtracted from red, green and blue, on the scale 0…1.
  public var mean: [Double]?
  /// Red, green and blue are divided by it, likewise.
  public var standardDeviation: [Double]?

  public init() {}
}

extension TorchvisionImport {
  /// A classifier under the names that its file has, without the counters of batches and what only training used.
  static func classifier(
    _ weights: ImportedWeights, _ network: ClassifierNetwork, _ options: Options
  ) throws -> ModelFile {
    let parameters = try renamed(weights) { name in
      name.hasSuffix(".num_batches_tracked") || network.isAuxiliary(name) ? nil : name
    }
    if options.normalizationEpsilon != nil {
      throw TorchvisionError(
        path: weights.path, problem: "is of \(network.rawValue), whose --epsilon is fixed; expected none")
    }
    guard let classCount = Self.classCount(in: parameters, of: network) else {
      throw TorchvisionError(
        path: weights.path,
        problem: "has no last layer that gives 2 or more numbers; expected the weights of \(network.rawValue)")
    }
    let configuration = try configuration(of: network, options.classifierInput, path: weights.path)
    try check(weights, parameters, configuration.graph(classCount: classCount).parameters, network.rawValue)
    return try ModelFile(
      architecture: ImageClassifier.architecture, configuration: configuration,
      classes: classifierLabels(classCount, named: options.classNames, path: weights.path),
      preprocessing: configuration.preprocessing, parameters: parameters)
  }

  /// How many classes the network's last layer tells apart.
  private static func classCount(in parameters: ParameterStore, of network: ClassifierNetwork) -> Int? {
    // The layer's name is the same for any number of classes.
    var small = ClassifierConfiguration()
    small.network = network
    let last = small.graph(classCount: 2).parameters.last { $0.role == .weight }
    guard let last, let shape = parameters[last.name]?.shape, shape.rank > 0 else { return nil }
    return (2...ClassifierConfiguration.mostClasses).contains(shape[0]) ? shape[0] : nil
  }

  private static func configuration(
    of network: ClassifierNetwork, _ input: ClassifierInput, path: String
  ) throws -> ClassifierConfiguration {
    let isSmall = network.isForSmallImages
    var configuration = ClassifierConfiguration()
    configuration.network = network
    let side = input.inputSide ?? (isSmall ? 32 : 224)
    configuration.inputSize = ImageSize(width: side, height: side)
    configuration.resizedSide = input.resizedSide ?? (isSmall ? 0 : max(256, side))
    configuration.mean = input.mean ?? [0.485, 0.456, 0.406]
    configuration.standardDeviation = input.standardDeviation ?? [0.229, 0.224, 0.225]
    do {
      try configuration.validate()
    } catch {
      throw TorchvisionError(path: path, problem: "cannot be imported so: \(error)")
    }
    return configuration
  }

  /// Classes count from 0, as ImageNet's do.
  static func classifierLabels(
    _ count: Int, named names: [String]?, path: String
  ) throws(TorchvisionError) -> [ModelFile.Label] {
    guard let names else { return (0..<count).map { ModelFile.Label(name: "class \($0)", id: $0) } }
    guard names.count == count else {
      throw TorchvisionError(path: path, problem: "knows \(count) classes, \(names.count) names were given")
    }
    return names.enumerated().map { ModelFile.Label(name: $1, id: $0) }
  }
}
