import ComputeGraph
import Tensors

/// Reads and writes safetensors files: eight bytes of header length, a JSON header, the tensors' bytes.
///
/// The format is described at https://github.com/huggingface/safetensors. A file holds numbers and text, nothing that
/// runs; all that its header says is checked before it is believed.
public enum SafeTensorsFile {
  /// The tensors, in the order of their bytes, and the metadata of a file.
  ///
  /// Elements of other types become the nearest 32-bit float: exact for F16 and BF16, not for large integers and F64.
  /// - Throws: ``SafeTensorsError``.
  public static func read(_ path: String) throws -> (tensors: ParameterStore, metadata: [String: String]) {
    try read(SafeTensorsSource(path: path))
  }

  /// The same of a file that is in memory; `name` stands for the path in errors.
  ///
  /// The bytes are read in place and not needed afterwards.
  /// - Throws: ``SafeTensorsError``.
  public static func read(
    bytes: UnsafeRawBufferPointer, name: String
  ) throws -> (tensors: ParameterStore, metadata: [String: String]) {
    try read(SafeTensorsSource(bytes: bytes, name: name))
  }

  /// The metadata alone, with the header checked and no tensor read.
  ///
  /// - Throws: ``SafeTensorsError``.
  public static func readMetadata(_ path: String) throws -> [String: String] {
    let source = try SafeTensorsSource(path: path)
    let header = try source.header()
    _ = try source.checkedEntries(of: header.content, dataStart: header.end)
    return header.content.describingMetadata
  }

  private static func read(
    _ source: SafeTensorsSource
  ) throws -> (tensors: ParameterStore, metadata: [String: String]) {
    let header = try source.header()
    var tensors = ParameterStore()
    let stated = header.content.metadata[TensorChecksum.metadataKey]
    var checksum = stated == nil ? nil : TensorChecksum()
    for entry in try source.checkedEntries(of: header.content, dataStart: header.end) {
      tensors[entry.name] = try Tensor(shape: entry.shape) { buffer in
        try source.readElements(of: entry, dataStart: header.end, into: buffer, checksum: &checksum)
      }
    }
    if let stated, let found = checksum?.text, stated != found {
      throw SafeTensorsError(
        kind: .malformed, path: source.path,
        expectation: "the file is damaged: the checksum of its tensors is \(found), expected \(stated)")
    }
    return (tensors, header.content.describingMetadata)
  }
}
