import ComputeGraph
import Foundation

extension Onnx_AttributeProto {
  init(_ attribute: ONNXAttribute) {
    self.init()
    switch attribute {
    case .integer(let name, let value): (self.name, type, i) = (name, .int, Int64(value))
    case .integers(let name, let values): (self.name, type, ints) = (name, .ints, values.map(Int64.init))
    case .float(let name, let value): (self.name, type, f) = (name, .float, value)
    case .text(let name, let value): (self.name, type, s) = (name, .string, Data(value.utf8))
    }
  }
}
