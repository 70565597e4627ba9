import Foundation
import Tensors

extension Onnx_TensorProto {
  /// Numbers as they lie in memory, which on every machine that we run on is the format's order, little-endian.
  init(name: String, _ tensor: Tensor) {
    self.init()
    self.name = name
    dims = tensor.shape.dimensions.map(Int64.init)
    dataType = Int32(DataType.float.rawValue)
    rawData = tensor.withUnsafeBufferPointer { Data(buffer: $0) }
  }

  init(name: String, integers: [Int]) {
    self.init()
    self.name = name
    dims = [Int64(integers.count)]
    dataType = Int32(DataType.int64.rawValue)
    rawData = integers.map { Int64($0).littleEndian }.withUnsafeBufferPointer { Data(buffer: $0) }
  }
}
