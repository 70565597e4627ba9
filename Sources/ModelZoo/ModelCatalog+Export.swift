import Foundation
import Models

extension ModelCatalog {
  /// The networks of a model file as other programs may run them.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public static func exportable(model path: String) throws -> ExportableModel {
    let model = try LoadedModel(contentsOf: path)
    let file = model.file
    let networks = try networks(of: model).all
    do {
      for network in networks { try network.graph.check(file.parameters) }
    } catch {
      throw ModelFileError.weights(path: path, problem: "\(error)")
    }
    return ExportableModel(
      networks: networks, parameters: file.parameters, isQuantized: file.quantization != nil,
      metadata: try metadata(of: file))
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
