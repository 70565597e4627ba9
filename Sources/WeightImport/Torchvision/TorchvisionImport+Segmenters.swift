import ComputeGraph
import ImageCodecs
import Models
import Segmentation
import Tensors

extension TorchvisionImport {
  /// A segmenter under the names that its file has, without the counters of batches; with the auxiliary head where the file has
  /// one, for training to start from.
  static func segmenter(
    _ weights: ImportedWeights, _ network: SegmenterNetwork, _ options: Options
  ) throws -> ModelFile {
    let parameters = try renamed(weights) { $0.hasSuffix(".num_batches_tracked") ? nil : $0 }
    if options.normalizationEpsilon != nil {
      throw TorchvisionError(
        path: weights.path, problem: "is of \(network.rawValue), whose --epsilon is fixed; expected none")
    }
    guard let classCount = classCount(in: parameters, of: network) else {
      throw TorchvisionError(
        path: weights.path,
        problem:
          "has no layer that gives 2 to \(LabelMap.mostClasses) scores; expected the weights of \(network.rawValue)")
    }
    var configuration = try configuration(of: network, options.classifierInput, path: weights.path)
    configuration.hasAuxiliaryHead = parameters.names.contains { $0.hasPrefix("aux_classifier.") }
    try check(
      weights, parameters, configuration.graph(classCount: classCount, isTraining: true).parameters, network.rawValue)
    return try ModelFile(
      architecture: ImageSegmenter.architecture, configuration: configuration,
      classes: labels(classCount, options.classNames, path: weights.path),
      preprocessing: configuration.preprocessing, parameters: parameters)
  }

  /// How many classes the network's last layer tells apart.
  private static func classCount(in parameters: ParameterStore, of network: SegmenterNetwork) -> Int? {
    let name = network == .lraspp ? "classifier.high_classifier.weight" : "classifier.4.weight"
    guard let shape = parameters[name]?.shape, shape.rank == 4 else { return nil }
    return (2...LabelMap.mostClasses).contains(shape[0]) ? shape[0] : nil
  }

  private static func configuration(
    of network: SegmenterNetwork, _ input: ClassifierInput, path: String
  ) throws -> SegmenterConfiguration {
    if input.resizedSide != nil {
      throw TorchvisionError(
        path: path, problem: "is of a segmenter, which sees the whole image; expected no --resized-side")
    }
    var configuration = SegmenterConfiguration()
    configuration.network = network
    // What torchvision's own weights were measured with.
    let side = input.inputSide ?? 520
    configuration.inputSize = ImageSize(width: side, height: side)
    configuration.keepsProportions = true
    configuration.mean = input.mean ?? configuration.mean
    configuration.standardDeviation = input.standardDeviation ?? configuration.standardDeviation
    do {
      try configuration.validate()
    } catch {
      throw TorchvisionError(path: path, problem: "cannot be imported so: \(error)")
    }
    return configuration
  }

  /// VOC's where there are 21, as of torchvision's own weights, else numbers.
  private static func labels(_ count: Int, _ names: [String]?, path: String) throws -> [ModelFile.Label] {
    let voc = [
      "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
      "diningtable",
      "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ]
    return try classifierLabels(count, named: names ?? (count == voc.count ? voc : nil), path: path)
  }
}
