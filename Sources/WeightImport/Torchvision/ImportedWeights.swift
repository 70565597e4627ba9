import ComputeGraph
import Foundation
import ModelStorage
import Models

/// Named tensors as another program saved them, with what identifies the file.
public struct ImportedWeights: Sendable {
  public let path: String
  public let tensors: ParameterStore
  /// Also of those that are left out, such as counters of batches.
  public let names: [String]
  public let source: ModelFile.SourceFile
  /// Which of several sets of tensors was taken; nil where the file has one.
  public let choice: String?

  /// Reads a PyTorch checkpoint. Throws a ``PyTorchCheckpointError``.
  ///
  /// - Parameter key: where in the checkpoint the state dict stands; nil to look for it.
  public init(pyTorch path: String, key: String? = nil) throws {
    let checkpoint = try PyTorchCheckpoint.read(path, key: key)
    let others = checkpoint.otherKeys
    try self.init(
      path: path, tensors: checkpoint.tensors, names: checkpoint.tensors.names + checkpoint.integerTensorNames,
      choice: others.isEmpty
        ? nil
        : "the weights are those \(checkpoint.key.map { "under \"\($0)\"" } ?? "at the top"); there are tensors under "
          + others.map { "\"\($0)\"" }.joined(separator: ", ") + " too, which --key names")
  }

  /// Reads plain weights in the safetensors format. Throws a `SafeTensorsError`.
  public init(safetensors path: String) throws {
    let tensors = try SafeTensorsFile.read(path).tensors
    try self.init(path: path, tensors: tensors, names: tensors.names)
  }

  private init(path: String, tensors: ParameterStore, names: [String], choice: String? = nil) throws {
    self.choice = choice
    self.path = path
    self.tensors = tensors
    self.names = names
    let url = URL(fileURLWithPath: path)
    let digest = try Data(contentsOf: url, options: .alwaysMapped).withUnsafeBytes(SHA256.digest)
    source = ModelFile.SourceFile(name: url.lastPathComponent, sha256: digest)
  }
}
