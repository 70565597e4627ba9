import ComputeGraph
import Models
import NetworkPlans

/// How a Darknet network is trained: the network, and what it learns from.
public struct DarknetTrainingConfiguration: Codable, Hashable, Sendable {
  /// Path of the `.cfg`; empty for the network of the model that training starts from.
  public var cfg = ""
  public var loss = YOLOLossConfiguration()

  public init() {}
}

extension TrainableYOLO {
  /// A Darknet network in training, with random weights and as many outputs as there are classes.
  ///
  /// Throws a ``DarknetError`` that names the line.
  public convenience init(
    darknet file: DarknetConfigurationFile, classes: [ModelFile.Label], loss: YOLOLossConfiguration,
    origin: TrainingOrigin = TrainingOrigin(), precision: TrainingPrecision = .float32,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let original = try DarknetNetwork(file)
    guard let grid = original.grid, !grid.hasDeviations else {
      throw DarknetError(
        path: file.path,
        problem: "has no [yolo] or [region] section; expected such a head, the only ones that can be trained here")
    }
    let adapted = file.withClasses(classes.count)
    let network = try DarknetNetwork(adapted)
    guard let head = network.grid else { preconditionFailure("other classes do not change the kind of a head") }
    let model = DarknetModel(configuration: adapted.text, header: DarknetWeights.Header())
    let preprocessing = Preprocessing(inputSize: network.inputSize)
    let trained = GridNetwork(
      graph: network.graph, head: head,
      predictionBiases: network.outputLayers.map { "layers.\($0).convolution.bias" })
    try self.init(
      trained, loss: loss, classes: classes, preprocessing: preprocessing, origin: origin, precision: precision,
      using: &generator
    ) { parameters in
      try ModelFile(
        architecture: DarknetModel.architecture, configuration: model, classes: classes, preprocessing: preprocessing,
        parameters: parameters)
    }
  }
}
