import ComputeGraph
import DetectionUtilities
import Foundation
import ModelStorage
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

extension TorchvisionFixtures {
  /// Holds numbers to those of a tensor, and says how close they are.
  func expect(
    _ found: [Float], near name: String, within tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let difference = try largestDifference(found.map(Double.init), values(name).map(Double.init))
    print("torchvision \(module) \(name): largest difference \(difference)")
    #expect(difference <= tolerance, "\(module) \(name)", sourceLocation: sourceLocation)
  }

  /// Holds boxes to those of a tensor, one by one in their order; pixels.
  func expect(
    _ found: [BoundingBox], near name: String, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let difference = try largestDifference(found.flatMap(\.corners), boxes(name).flatMap(\.corners))
    print("torchvision \(module) \(name): largest difference \(difference) px")
    #expect(difference <= tolerance, "\(module) \(name)", sourceLocation: sourceLocation)
  }
}

extension BoundingBox {
  var corners: [Double] { [x1, y1, x2, y2] }
}

/// Infinite where the lists are empty, not equally long or hold NaN.
func largestDifference(_ found: [Double], _ expected: [Double]) -> Double {
  guard !found.isEmpty, found.count == expected.count else { return .infinity }
  return zip(found, expected).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
