import Foundation

/// What a file is that is no model of this program: told by its content, whatever its name.
public enum ForeignModelFile: Hashable, Sendable, CaseIterable {
  case folder
  case jpeg, png
  case onnx, hdf5, tfLite, gguf, numPy
  case torchScript, ultralytics, pyTorchArchive, pyTorchLegacy, pickle
  case kerasArchive, numPyArchive, zip
  case darknetWeights, darknetConfiguration
  case text

  public var name: String {
    switch self {
    case .folder: "a folder"
    case .jpeg: "a JPEG image"
    case .png: "a PNG image"
    case .onnx: "an ONNX model"
    case .hdf5: "an HDF5 file, as Keras writes weights"
    case .tfLite: "a TensorFlow Lite model"
    case .gguf: "a GGUF model"
    case .numPy: "a NumPy array"
    case .torchScript: "a TorchScript archive, a program of PyTorch"
    case .ultralytics: "an Ultralytics checkpoint, a pickled Python object"
    case .pyTorchArchive: "a ZIP archive, as PyTorch writes checkpoints"
    case .pyTorchLegacy: "a PyTorch checkpoint of the form before 1.6"
    case .pickle: "a Python pickle"
    case .kerasArchive: "a Keras archive"
    case .numPyArchive: "an archive of NumPy arrays"
    case .zip: "a ZIP archive"
    case .darknetWeights: "a Darknet .weights file"
    case .darknetConfiguration: "a Darknet .cfg, a network without its weights"
    case .text: "a text file"
    }
  }

  /// What can be done with it.
  public func advice(path: String) -> String {
    switch self {
    case .pyTorchArchive, .pyTorchLegacy:
      "'peregrine import pytorch --weights \(path) --architecture NAME --output NAME.safetensors' imports it where it holds "
        + "the state dict of one of torchvision's models"
    case .darknetWeights:
      "'peregrine import darknet --cfg NAME.cfg --weights \(path) --output NAME.safetensors' imports it"
    case .darknetConfiguration:
      "'peregrine import darknet --cfg \(path) --weights NAME.weights --output NAME.safetensors' imports it"
    case .torchScript:
      "it is not read here; save the weights alone in PyTorch, torch.save(model.state_dict(), \"weights.pth\"), for "
        + "'peregrine import pytorch'"
    case .ultralytics: "it is never run, and its architecture is none of those that 'peregrine import' knows"
    case .pickle: "it is never run; expected a .safetensors file that Peregrine wrote"
    case .onnx:
      "it is not read here, 'peregrine export' only writes such files; expected a .safetensors file of Peregrine's"
    case .hdf5, .tfLite, .gguf, .numPy, .kerasArchive, .numPyArchive:
      "it is not read here; expected a .safetensors file that Peregrine wrote"
    case .folder, .jpeg, .png, .zip, .text: "expected a .safetensors file that Peregrine wrote"
    }
  }

  /// Looks at a file; nil where it can be safetensors, or is none of these, or cannot be read.
  public init?(contentsOf path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    if isFolder.boolValue {
      self = .folder
      return
    }
    // Devices and pipes would be read empty.
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let size = (attributes?[.size] as? NSNumber)?.intValue, let file = FileHandle(forReadingAtPath: path),
      let start = try? file.read(upToCount: Self.lookedAt)
    else { return nil }
    var end = Data()
    if size > start.count, start.starts(with: [0x50, 0x4B]) {
      let place = max(start.count, size - Self.lookedAt)
      try? file.seek(toOffset: UInt64(place))
      end = (try? file.read(upToCount: Self.lookedAt)) ?? Data()
    }
    self.init(start: [UInt8](start), end: [UInt8](end), byteCount: size)
  }

  /// Bytes at either end.
  private static let lookedAt = 1 << 18

  /// - Parameters:
  ///   - end: the last bytes, where `start` are not all.
  ///   - byteCount: of the whole file.
  package init?(start: [UInt8], end: [UInt8] = [], byteCount: Int) {
    guard let first = start.first else { return nil }
    if Self.canBeSafetensors(start, byteCount: byteCount) { return nil }
    if let kind = Self.signatures.first(where: { start.dropFirst($0.offset).starts(with: $0.bytes) })?.kind {
      self = kind
    } else if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
      self = Self.archive(start + end)
    } else if first == 0x80, start.count > 1, (1...5).contains(start[1]) {
      let isPyTorch = [2, 11].contains { start.dropFirst($0).starts(with: [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9]) }
      self = isPyTorch ? (Self.isUltralytics(start) ? .ultralytics : .pyTorchLegacy) : .pickle
    } else if Self.isProtocolBuffer(start) {
      self = .onnx
    } else if Self.isDarknetHeader(start, byteCount: byteCount) {
      self = .darknetWeights
    } else if !start.contains(where: { $0 < 9 }), let text = Self.text(start) {
      self = Self.beginsWithNet(text) ? .darknetConfiguration : .text
    } else {
      return nil
    }
  }

  private static let signatures: [(offset: Int, bytes: [UInt8], kind: ForeignModelFile)] = [
    (0, [0xFF, 0xD8, 0xFF], .jpeg), (0, [0x89, 0x50, 0x4E, 0x47], .png), (0, [0x89] + Array("HDF\r\n".utf8), .hdf5),
    (4, Array("TFL3".utf8), .tfLite), (0, Array("GGUF".utf8), .gguf), (0, [0x93] + Array("NUMPY".utf8), .numPy),
  ]

  /// Eight bytes of a header's length and the header's beginning.
  private static func canBeSafetensors(_ start: [UInt8], byteCount: Int) -> Bool {
    guard start.count > 8, start[8] == UInt8(ascii: "{") else { return false }
    let length = start[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return length <= UInt64(byteCount)
  }

  private static func archive(_ bytes: [UInt8]) -> ForeignModelFile {
    func has(_ text: String) -> Bool { contains(bytes, text) }
    if has("/constants.pkl") || has("/code/__torch__") { return .torchScript }
    if has("data.pkl") { return isUltralytics(bytes) ? .ultralytics : .pyTorchArchive }
    if has("model.weights.h5") { return .kerasArchive }
    return has(".npy") ? .numPyArchive : .zip
  }

  /// The classes that their checkpoints pickle, as YOLOv5's and YOLOv8's are named.
  private static func isUltralytics(_ bytes: [UInt8]) -> Bool {
    ["ultralytics.", "models.yolo\n", "models.yolo", "models.common"].contains { contains(bytes, $0) }
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    Data(bytes).range(of: Data(text.utf8)) != nil
  }

  /// Field 1, the version of the format, a small number, and then another field with a length or a number.
  private static func isProtocolBuffer(_ start: [UInt8]) -> Bool {
    start.count > 3 && start[0] == 0x08 && (1...32).contains(start[1])
      && [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42].contains(start[2])
  }

  /// Versions 0.1 and 0.2, or 1.0, and parameters of whole floats.
  private static func isDarknetHeader(_ start: [UInt8], byteCount: Int) -> Bool {
    guard start.count >= 16, byteCount % 4 == 0 else { return false }
    func integer(_ place: Int) -> UInt32 { start[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    return integer(0) <= 1 && integer(4) <= 20 && integer(8) <= 100
  }

  private static func text(_ start: [UInt8]) -> String? {
    // A cut in the middle of a character costs up to three bytes.
    for cut in 0...3 where start.count > cut {
      if let text = String(validating: start.dropLast(cut), as: UTF8.self) { return text }
    }
    return nil
  }

  private static func beginsWithNet(_ text: String) -> Bool {
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.trimmingCharacters(in: .whitespaces)
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      return ["[net]", "[network]"].contains(content.lowercased())
    }
    return false
  }
}
