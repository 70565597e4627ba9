/// The extents of a tensor, outermost first: N×C×H×W for images and feature maps, O×I×H×W for kernels.
public struct TensorShape: Hashable, Sendable, ExpressibleByArrayLiteral {
  public var dimensions: [Int]

  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "extents are not negative: \(dimensions)")
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  public var rank: Int { dimensions.count }
  public var elementCount: Int { dimensions.reduce(1, *) }

  public subscript(axis: Int) -> Int {
    get { dimensions[axis] }
    set { dimensions[axis] = newValue }
  }
}

extension TensorShape: CustomStringConvertible {
  public var description: String { dimensions.map(String.init).joined(separator: "×") }
}
