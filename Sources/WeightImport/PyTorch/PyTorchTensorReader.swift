import ComputeGraph
import Tensors

/// Reads the tensors of a state dict, each storage once, however many tensors view it.
struct PyTorchTensorReader {
  /// Tensors may share their storage, and repeat its elements with strides of 0: what they come to is bounded by the
  /// file's bytes and this number of elements.
  static let sharedElementCount = 1 << 20

  private let names: [String]
  /// In the order of the state dict.
  private let tensors: [StridedTensor]
  private let storages: [PickleStorage]
  /// Of ``tensors``, those that view the same storage in the same way, in the order of the first.
  private let groups: [[Int]]

  /// Checks the tensors of floating-point numbers, together and each of them, before any is read.
  init(_ dictionary: PyTorchStateDictionary, byteCount: Int) throws(PyTorchCheckpointError) {
    var tensors: [StridedTensor] = []
    var storages: [PickleStorage] = []
    var groups: [[Int]] = []
    var groupOfStorage: [String: Int] = [:]
    var total = 0
    for (name, tensor) in dictionary.tensors where tensor.elementType.isFloatingPoint {
      let checked = try StridedTensor(tensor, name: name)
      let (sum, overflow) = total.addingReportingOverflow(checked.elementCount)
      guard !overflow, sum <= byteCount + Self.sharedElementCount else {
        throw PyTorchCheckpointError(
          .malformed, tensor: name,
          "with its \(checked.elementCount) elements the tensors have more than a file of \(byteCount) bytes can hold")
      }
      total = sum
      // Two references to one storage may claim different sizes, and both claims are to be checked.
      let storage = tensor.storage
      let identity = "\(storage.key)\u{0}\(storage.elementType.rawValue)\u{0}\(storage.elementCount)"
      if let group = groupOfStorage[identity] {
        groups[group].append(tensors.count)
      } else {
        groupOfStorage[identity] = groups.count
        groups.append([tensors.count])
        storages.append(storage)
      }
      tensors.append(checked)
    }
    names = tensors.map(\.name)
    self.tensors = tensors
    self.storages = storages
    self.groups = groups
  }

  func read(from container: some PyTorchContainer) throws(PyTorchCheckpointError) -> ParameterStore {
    var values = [Tensor?](repeating: nil, count: tensors.count)
    for (storage, members) in zip(storages, groups) {
      try container.withBytes(of: storage) { (bytes) throws(PyTorchCheckpointError) in
        for member in members { values[member] = try tensors[member].values(in: bytes) }
      }
    }
    var result = ParameterStore()
    for (name, value) in zip(names, values) { result[name] = value }
    return result
  }
}
