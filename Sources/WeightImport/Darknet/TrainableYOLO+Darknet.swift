import Detectors
import NeuralNetwork
import YOLO

extension TrainableYOLO {
  /// A Darknet network in training, with random weights and as many outputs as there are classes.
  ///
  /// Throws a ``DarknetError`` that names the line.
  public convenience init(
    darknet file: DarknetConfigurationFile, classes: [ModelFile.Label], loss: YOLOLossConfiguration,
    origin: TrainingOrigin = TrainingOrigin(), using generator: inout some RandomNumberGenerator
  ) throws {
    _ = try DarknetNetwork(file)
    let adapted = file.withClasses(classes.count)
    let network = try DarknetNetwork(adapted)
    let model = DarknetModel(configuration: adapted.text, header: DarknetWeights.Header())
    let preprocessing = Preprocessing(inputSize: network.inputSize)
    try self.init(
      graph: network.graph, head: network.head,
      predictionBiases: network.headInputs.map { "layers.\($0).convolution.bias" },
      loss: loss, classes: classes, preprocessing: preprocessing, origin: origin, using: &generator
    ) { parameters in
      try ModelFile(
        architecture: DarknetModel.architecture, configuration: model, classes: classes, preprocessing: preprocessing,
        parameters: parameters)
    }
  }
}
