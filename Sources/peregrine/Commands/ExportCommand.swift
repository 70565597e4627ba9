import ArgumentParser
import Files
import Foundation
import ModelStorage
import ModelZoo
import ONNX

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a model for other programs: as ONNX, or its weights alone.",
    discussion: """
      NAME.onnx is the network from prepared images to raw outputs, as onnxruntime and OpenVINO run it. What comes \
      before and after is no network: the file's metadata say how images are prepared (preprocessing), how boxes are \
      decoded (configuration) and what the classes are. A two-stage detector becomes two files, NAME.trunk.onnx \
      (images to maps, objectness and box deltas) and NAME.head.onnx (pooled regions to class logits and box deltas): \
      the choice of proposals and the pooling of regions lie between them.

      NAME.safetensors holds the weights as f32 under torchvision's names, where torchvision has the architecture, and \
      no description of the model; 'pack' is what copies a model. NAME.weights holds those of a Darknet model as \
      Darknet reads them.
      """)

  /// What is written, by the file's extension.
  private enum Format: String, CaseIterable {
    case onnx, safetensors, weights
  }

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "Where it goes: NAME.onnx, NAME.safetensors or NAME.weights.")
  var output: String
  @Flag(help: "ONNX: the network as it was trained, instead of the one with batch normalisation folded.")
  var plain = false
  @Flag(help: "ONNX: any number of images at once, instead of one.")
  var variableBatch = false
  @Option(
    help: "Safetensors file for a random input and this program's raw outputs, to check another program against.")
  var reference: String?

  func validate() throws {
    _ = try format()
  }

  func run() throws {
    try reportingErrors {
      try MissingInput.check(model, "a model file")
      try check([output])
      switch try format() {
      case .onnx: try writeNetworks()
      case .safetensors: try writeWeights()
      case .weights: try writeWeightsFile()
      }
    }
  }

  private func writeNetworks() throws {
    let exported = try ModelCatalog.exportable(model: model)
    noteRoundedWeights(exported)
    let paths = exported.networks.map { network in
      network.name.map { "\(output.dropLast(".onnx".count)).\($0).onnx" } ?? output
    }
    try check(paths)
    for (path, network) in zip(paths, exported.networks) {
      var options = ONNXModel.Options(
        hasVariableBatch: variableBatch || network.hasVariableBatch, inputName: network.inputName,
        outputNames: network.outputNames, metadata: exported.metadata)
      if plain { options.passes = [] }
      let file = try ONNXModel(
        network.graph, parameters: exported.parameters, inputShape: network.inputShape, options: options)
      try file.write(to: path)
      print(
        "\(path): \(network.inputName) \(network.inputShape) to \(network.outputNames.joined(separator: ", "))"
          + (options.hasVariableBatch ? "; any number of \(network.inputName)" : ""))
    }
    if exported.networks.count > 1 {
      print("The choice of proposals and the pooling of regions, between the two, are no network and not in the files.")
    }
    try writeReference(of: exported)
  }

  private func writeWeights() throws {
    let exported = try ModelCatalog.exportable(model: model)
    noteRoundedWeights(exported)
    try SafeTensorsFile.write(exported.parameters, to: output)
    print("\(output): \(exported.parameters.count) tensors, \(exported.parameters.elementCount) numbers")
    try writeReference(of: exported)
  }

  private func writeWeightsFile() throws {
    let bytes = try ModelCatalog.weightsFile(model: model)
    try OutputFile.write(bytes, to: output)
    print("\(output): \(bytes.count) bytes")
    try writeReference(of: ModelCatalog.exportable(model: model))
  }

  private func noteRoundedWeights(_ exported: ExportableModel) {
    if exported.isQuantized {
      print("The model computes in int8; what is written computes in f32, with the weights as int8 rounded them.")
    }
  }

  private func writeReference(of exported: ExportableModel) throws {
    guard let reference else { return }
    let tensors = try exported.reference(seed: 0)
    try SafeTensorsFile.write(tensors, to: reference)
    print("\(reference): \(tensors.names.joined(separator: ", "))")
  }

  private func format() throws -> Format {
    guard let format = Format(rawValue: PathName.fileExtension(of: output).lowercased()) else {
      throw ValidationError("--output ends in .onnx, .safetensors or .weights, not \(output)")
    }
    return format
  }

  /// A model is not replaced by what is written from it.
  private func check(_ paths: [String]) throws {
    let networks = paths.map { (option: "--output", path: Optional($0)) }
    try RunOutputs(binaries: networks + [("--reference", reference)]).check(reading: [model])
  }
}
