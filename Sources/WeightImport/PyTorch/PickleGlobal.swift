/// A class or function that a pickle may name. Whatever else it names is refused, and nothing is ever called.
enum PickleGlobal: Equatable, CustomStringConvertible {
  case orderedDictionary
  /// `torch._utils._rebuild_tensor`, `_v2` and `_v3`: storage, offset, shape, strides, and more that is not needed.
  case rebuildTensor
  /// As before, with the type of the elements behind it.
  case rebuildTypedTensor
  /// `torch._utils._rebuild_parameter`, or the class itself in old files: a tensor, and flags.
  case rebuildParameter
  case storage(PyTorchElementType)
  case elementType(PyTorchElementType)
  /// `torch.Size`: a tuple.
  case size
  /// A class without code of its own that training programs put beside the weights.
  case ignored(String)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"),
      ("torch.nn.parameter", "Parameter"):
      self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("torch", _), ("torch.storage", _), ("torch.cuda", _):
      if let type = PyTorchElementType(storageClass: name) {
        self = .storage(type)
      } else if module == "torch", let type = PyTorchElementType(rawValue: name), type != .untyped {
        self = .elementType(type)
      } else if module == "torch", name == "device" {
        self = .ignored("torch.device")
      } else {
        return nil
      }
    default:
      guard Self.ignoredNames.contains("\(module).\(name)") else { return nil }
      self = .ignored("\(module).\(name)")
    }
  }

  /// What training programs commonly store beside the weights: settings, dates, paths, sets. Their values are read over.
  static let ignoredNames: Set<String> = [
    "argparse.Namespace", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype",
    "torch.torch_version.TorchVersion", "collections.Counter", "collections.defaultdict", "_codecs.encode",
    "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "datetime.timezone",
    "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "pathlib.WindowsPath",
    "builtins.bool", "builtins.bytearray", "builtins.bytes", "builtins.complex", "builtins.dict", "builtins.float",
    "builtins.frozenset", "builtins.int", "builtins.list", "builtins.range", "builtins.set", "builtins.slice",
    "builtins.str", "builtins.tuple",
    "__builtin__.bool", "__builtin__.bytearray", "__builtin__.bytes", "__builtin__.complex", "__builtin__.dict",
    "__builtin__.float", "__builtin__.frozenset", "__builtin__.int", "__builtin__.list", "__builtin__.long",
    "__builtin__.set", "__builtin__.slice", "__builtin__.str", "__builtin__.tuple", "__builtin__.unicode",
    "__builtin__.xrange",
  ]

  var description: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildTypedTensor: "torch._utils._rebuild_tensor_v3"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .storage(let type): "torch's storage of \(type.rawValue)"
    case .elementType(let type): "torch.\(type.rawValue)"
    case .size: "torch.Size"
    case .ignored(let name): name
    }
  }
}
