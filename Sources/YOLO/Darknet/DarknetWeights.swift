import ComputeGraph
import Foundation
import Tensors

/// A Darknet `.weights` file: a header and the parameters of the layers, little-endian floats in the order of the
/// `.cfg`.
public struct DarknetWeights: Sendable {
  /// What stands before the parameters.
  public struct Header: Codable, Hashable, Sendable {
    public var major: Int32
    public var minor: Int32
    public var revision: Int32
    /// Images seen in training; 32 bits before version 0.2, 64 since.
    public var seen: UInt64

    public init(major: Int32 = 0, minor: Int32 = 2, revision: Int32 = 5, seen: UInt64 = 0) {
      self.major = major
      self.minor = minor
      self.revision = revision
      self.seen = seen
    }

    /// As Darknet decides it.
    var hasWideCount: Bool { Int64(major) * 10 + Int64(minor) >= 2 && major < 1000 && minor < 1000 }
    var byteCount: Int { hasWideCount ? 20 : 16 }

    /// Rows of the matrix that the file holds where the network has its transpose; nil where it has the same.
    fileprivate func rows(of stored: DarknetParameterBlock.Stored) -> Int? {
      switch stored.order {
      case .asStored: nil
      case .transposed(let rows): rows
      case .transposedInOldFiles(let rows): major > 1000 || minor > 1000 ? rows : nil
      }
    }
  }

  public var header: Header
  public var parameters: ParameterStore

  public init(header: Header, parameters: ParameterStore) {
    self.header = header
    self.parameters = parameters
  }

  /// Reads the weights of a network.
  ///
  /// Throws a ``DarknetError`` where the file's size is not the one that the network wants, before anything of that size
  /// is allocated, and for numbers that are not finite.
  public init(contentsOf path: String, of network: DarknetNetwork) throws(DarknetError) {
    try self.init(DarknetFile.bytes(of: path), of: network, path: path)
  }

  /// Reads weights that are in memory; `path` stands for them in errors.
  public init(_ data: Data, of network: DarknetNetwork, path: String) throws(DarknetError) {
    var reader = DarknetWeightReader(data: data, path: path)
    header = try reader.header()
    let (expected, overflows) = network.elementCount.multipliedReportingOverflow(by: 4)
    guard !overflows, data.count - header.byteCount == expected else {
      throw reader.wrongSize(of: network, header: header)
    }
    parameters = ParameterStore()
    for block in network.parameterBlocks {
      for stored in block.tensors {
        let tensor = try reader.tensor(stored.shape, block)
        guard let rows = header.rows(of: stored) else {
          parameters[stored.name] = tensor
          continue
        }
        parameters[stored.name] = tensor.transposed(rows: rows)
      }
    }
  }

  /// The file's bytes: those that were read, where nothing has changed.
  ///
  /// Throws a `GraphError` for a parameter that is missing or has another shape.
  public func bytes(of network: DarknetNetwork) throws(GraphError) -> Data {
    try network.graph.check(parameters)
    var data = Data(capacity: header.byteCount + 4 * network.elementCount)
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    append(header.major)
    append(header.minor)
    append(header.revision)
    if header.hasWideCount { append(header.seen) } else { append(UInt32(truncatingIfNeeded: header.seen)) }
    for stored in network.parameterBlocks.flatMap(\.tensors) {
      var tensor = parameters[stored.name]
      if let rows = header.rows(of: stored) {
        tensor = tensor?.transposed(rows: stored.shape.elementCount / rows)
      }
      tensor?.withUnsafeBufferPointer { data.append(contentsOf: UnsafeRawBufferPointer($0)) }
    }
    return data
  }
}

/// The place in a `.weights` file while it is read.
private struct DarknetWeightReader {
  let data: Data
  let path: String
  var offset = 0

  mutating func header() throws(DarknetError) -> DarknetWeights.Header {
    guard data.count >= 16 else {
      throw DarknetError(path: path, problem: "\(data.count) bytes; expected the header of a .weights file, 16 or 20")
    }
    var header = DarknetWeights.Header(major: integer(), minor: integer(), revision: integer())
    guard header.major >= 0, header.minor >= 0 else {
      throw DarknetError(path: path, problem: "version \(header.major).\(header.minor); expected a .weights file")
    }
    if header.hasWideCount {
      guard data.count >= 20 else { throw DarknetError(path: path, problem: "ends within its header of 20 bytes") }
      header.seen = integer()
    } else {
      header.seen = UInt64(integer() as UInt32)
    }
    return header
  }

  mutating func tensor(
    _ shape: TensorShape, _ layer: DarknetParameterBlock
  ) throws(DarknetError) -> Tensor {
    var tensor = Tensor(zeros: shape)
    let count = 4 * shape.elementCount
    let start = data.startIndex + offset
    tensor.withUnsafeMutableBufferPointer { data.copyBytes(to: $0, from: start..<start + count) }
    offset += count
    guard tensor.withUnsafeBufferPointer({ values in values.allSatisfy { $0.isFinite } }) else {
      throw DarknetError(
        path: path,
        problem: "layer \(layer.layer), of line \(layer.line) of the .cfg, holds a number that is not finite; are "
          + "these weights of another network?")
    }
    return tensor
  }

  /// Names the layer at which a short file ends.
  func wrongSize(of network: DarknetNetwork, header: DarknetWeights.Header) -> DarknetError {
    var left = (data.count - header.byteCount) / 4
    let expected = header.byteCount + 4 * network.elementCount
    var problem = "\(data.count) bytes, the .cfg wants \(expected)"
    if let layer = network.parameterBlocks.first(where: { layer in
      left -= layer.elementCount
      return left < 0
    }) {
      problem += ": the file ends in layer \(layer.layer), of line \(layer.line) of the .cfg"
    } else {
      problem += ": there are \(data.count - expected) bytes behind the last layer"
    }
    return DarknetError(path: path, problem: problem + "; expected the weights of this network")
  }

  private mutating func integer<Number: FixedWidthInteger>() -> Number {
    var value: Number = 0
    let start = data.startIndex + offset
    withUnsafeMutableBytes(of: &value) { _ = data.copyBytes(to: $0, from: start..<start + MemoryLayout<Number>.size) }
    offset += MemoryLayout<Number>.size
    return Number(littleEndian: value)
  }
}

extension Tensor {
  /// The same shape with the elements of a matrix of so many rows column by column.
  fileprivate func transposed(rows: Int) -> Tensor {
    let columns = shape.elementCount / rows
    let values = values
    return Tensor(shape: shape, values: (0..<shape.elementCount).map { values[$0 % rows * columns + $0 / rows] })
  }
}
