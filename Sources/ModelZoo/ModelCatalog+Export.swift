import Detectors
import FasterRCNN
import Foundation
import ImageCodecs
import NeuralNetwork
import Training
import WeightImport
import YOLO

extension ModelCatalog {
  /// The networks of a model file as other programs may run them: of a single-stage detector one, from images to raw
  /// maps; of a two-stage detector two, since what lies between them, choosing proposals and pooling regions, is no
  /// network.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public static func exportable(model path: String) throws -> ExportableModel {
    let file = try ModelFile(contentsOf: path)
    let size = file.preprocessing.inputSize
    let networks: [ExportableModel.Network]
    if file.architecture == DarknetModel.headlessArchitecture {
      networks = [singleStage(try DarknetModel.read(file, path: path).network.graph, inputSize: size)]
    } else {
      networks = try detectorNetworks(of: file, path: path)
    }
    do {
      for network in networks { try network.graph.check(file.parameters) }
    } catch {
      throw ModelFileError.weights(path: path, problem: "\(error)")
    }
    return ExportableModel(
      networks: networks, parameters: file.parameters, isQuantized: file.quantization != nil,
      metadata: try metadata(of: file))
  }

  private static func detectorNetworks(of file: ModelFile, path: String) throws -> [ExportableModel.Network] {
    let size = file.preprocessing.inputSize
    return switch try RunConfiguration.Family(of: file, path: path) {
    case .yolo:
      [
        singleStage(
          YOLONetwork(try YOLODetector.configuration(of: file, path: path), classCount: file.classes.count).graph,
          inputSize: size)
      ]
    case .darknet: [singleStage(try DarknetModel.read(file, path: path).network.graph, inputSize: size)]
    case .fasterRCNN:
      twoStages(
        FasterRCNNNetwork(
          try FasterRCNNDetector.configuration(of: file, path: path), classCount: file.classes.count),
        inputSize: size)
    }
  }

  private static func singleStage(_ graph: Graph, inputSize size: ImageSize) -> ExportableModel.Network {
    ExportableModel.Network(
      graph: graph, inputShape: [1, 3, size.height, size.width], hasVariableBatch: false, inputName: "images",
      outputNames: graph.outputs.indices.map { "raw.\($0)" })
  }

  private static func twoStages(
    _ network: FasterRCNNNetwork, inputSize size: ImageSize
  ) -> [ExportableModel.Network] {
    let (trunk, configuration) = (network.trunk, network.configuration)
    let side = configuration.regions.poolingSize
    let levels = (trunk.outputs.count - network.mapCount) / 2
    return [
      ExportableModel.Network(
        name: "trunk", graph: trunk, inputShape: [1, 3, size.height, size.width], hasVariableBatch: false,
        inputName: "images",
        outputNames: (0..<network.mapCount).map { "map.\($0)" }
          + (0..<levels).flatMap { ["objectness.\($0)", "deltas.\($0)"] }),
      ExportableModel.Network(
        name: "head", graph: network.regionHead, inputShape: [1, configuration.pyramid.channels, side, side],
        hasVariableBatch: true, inputName: "regions", outputNames: ["class_logits", "box_deltas"]),
    ]
  }

  private static func metadata(of file: ModelFile) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    return [
      "program": "peregrine \(ModelFile.programVersion)",
      "architecture": file.architecture,
      "configuration": String(decoding: file.configuration, as: UTF8.self),
      "classes": try text(file.classes),
      "preprocessing": try text(file.preprocessing),
      "provenance": try text(file.provenance),
    ]
  }
}
