import ComputeGraph

/// The weights of a PyTorch checkpoint (`.pth`, `.pt`), read without running anything of the file.
///
/// Such a file is a pickle, a program that Python runs to rebuild objects. Here the few opcodes that a state dict needs
/// are interpreted, and any class or function that is not known is refused by its name. Both forms that `torch.save`
/// writes are read: the zip archive (PyTorch 1.6 and later) and the one before it. TorchScript archives, the tar files
/// of before 2017, compressed archives and whole modules are refused.
public struct PyTorchCheckpoint: Sendable {
  /// How the file is built.
  public enum Form: String, Sendable {
    /// A zip archive, of PyTorch 1.6 and later.
    case archive
    /// Pickles one behind the other, then the storages.
    case legacy
  }

  /// Keys under which a state dict is looked for, the first that holds tensors being taken: the trained weights before
  /// their running average.
  public static let wellKnownKeys = [
    "state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights", "params",
    "student",
    "_orig_mod", "ema", "model_ema", "ema_model", "ema_state_dict", "state_dict_ema", "params_ema", "teacher",
  ]

  public let form: Form
  /// The tensors of floating-point numbers as 32-bit floats, contiguous, in the file's order; "module.", "model." and what
  /// other wrappers put before all names is removed. Numbers of 64 bits are rounded to the nearest.
  public let tensors: ParameterStore
  /// Names of the tensors of integers and truth values (`num_batches_tracked`), which are left out.
  public let integerTensorNames: [String]
  /// The keys under which the state dict stood, joined by points; nil where it was the top level itself.
  public let key: String?
  /// Where else in the file there are tensors: a running average, an optimiser's.
  public let otherKeys: [String]

  /// Reads the state dict of a file.
  ///
  /// The state dict is what stands under `key`. Without one it is the first of ``wellKnownKeys`` under which there are
  /// tensors; else the top level, if it has tensors itself; else the only dictionary of tensors in the top level. What
  /// stands beside it (epochs, optimisers) is read over.
  /// - Throws: ``PyTorchCheckpointError``, before anything is allocated that the file only claims to hold.
  public static func read(
    _ path: String, key: String? = nil
  ) throws(PyTorchCheckpointError) -> PyTorchCheckpoint {
    do {
      return try PyTorchCheckpoint(CheckpointSource(path: path), key: key)
    } catch {
      throw error.at(path)
    }
  }

  /// The same of a file that is in memory; `name` stands for the path in errors.
  ///
  /// The bytes are read in place and not needed afterwards.
  /// - Throws: ``PyTorchCheckpointError``.
  public static func read(
    bytes: UnsafeRawBufferPointer, name: String, key: String? = nil
  ) throws(PyTorchCheckpointError) -> PyTorchCheckpoint {
    do {
      return try PyTorchCheckpoint(CheckpointSource(bytes: bytes), key: key)
    } catch {
      throw error.at(name)
    }
  }

  private init(_ source: CheckpointSource, key: String?) throws(PyTorchCheckpointError) {
    let container: any PyTorchContainer
    switch try PyTorchContainerForm(source) {
    case .archive:
      form = .archive
      container = try PyTorchArchive(source)
    case .legacy:
      form = .legacy
      container = try LegacyPyTorchFile(source)
    }
    let dictionary = try PyTorchStateDictionary(in: container.value, objects: container.objects, key: key)
    self.key = dictionary.key
    otherKeys = dictionary.otherKeys
    integerTensorNames = dictionary.tensors.filter { !$0.tensor.elementType.isFloatingPoint }.map(\.name)
    tensors = try PyTorchTensorReader(dictionary, byteCount: source.byteCount).read(from: container)
  }
}

extension PyTorchCheckpointError {
  fileprivate func at(_ path: String) -> PyTorchCheckpointError {
    var result = self
    result.path = path
    return result
  }
}
