import DetectionUtilities
import Foundation
import NeuralNetwork
import Tensors
import Testing

/// What `Tests/Parity/torchvision_fixtures.py FOLDER` wrote: torchvision's answers on seeded inputs.
struct TorchvisionFixtures {
  /// What PEREGRINE_TORCHVISION names.
  static let folder = ProcessInfo.processInfo.environment["PEREGRINE_TORCHVISION"]
  static let absence: Comment =
    "needs PEREGRINE_TORCHVISION, the folder that Tests/Parity/torchvision_fixtures.py wrote"

  let module: String
  let tensors: ParameterStore
  let metadata: [String: String]

  init(_ module: String) throws {
    self.module = module
    let folder = try #require(Self.folder)
    (tensors, metadata) = try SafeTensorsFile.read("\(folder)/\(module).safetensors")
  }

  func tensor(_ name: String) throws -> Tensor { try #require(tensors[name], "\(module) has no \(name)") }

  func values(_ name: String) throws -> [Float] { try tensor(name).values }

  /// Indices and labels, which the files hold as floats.
  func integers(_ name: String) throws -> [Int] { try values(name).map { Int($0) } }

  /// Rows of four numbers: x1, y1, x2, y2.
  func boxes(_ name: String) throws -> [BoundingBox] {
    try values(name).map(Double.init).rows(of: 4).map { BoundingBox(x1: $0[0], y1: $0[1], x2: $0[2], y2: $0[3]) }
  }

  /// Rows of four numbers.
  func deltas(_ name: String) throws -> [BoxCoder.Deltas] {
    try values(name).map(Double.init).rows(of: 4).map { .init(dx: $0[0], dy: $0[1], dw: $0[2], dh: $0[3]) }
  }
}

extension Array {
  /// The elements in pieces of `count`.
  func rows(of count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}
