/// A dense, row-major array of 32-bit floats with value semantics (copy on write).
///
/// Storage is aligned to 64 bytes, so that kernels can use it in place.
public struct Tensor: Sendable {
  public let shape: TensorShape
  private var storage: TensorStorage

  /// A tensor of zeros.
  public init(zeros shape: TensorShape) {
    self.shape = shape
    storage = TensorStorage(count: shape.elementCount)
    storage.withMemory { $0.initialize(repeating: 0) }
  }

  /// A tensor of one repeated value.
  public init(repeating value: Float, shape: TensorShape) {
    self.shape = shape
    storage = TensorStorage(count: shape.elementCount)
    storage.withMemory { $0.initialize(repeating: value) }
  }

  /// - Precondition: `values.count == shape.elementCount`.
  public init(shape: TensorShape, values: some Collection<Float>) {
    precondition(values.count == shape.elementCount, "\(values.count) values do not fill a tensor of \(shape)")
    self.shape = shape
    storage = TensorStorage(count: values.count)
    storage.withMemory { _ = $0.initialize(from: values) }
  }

  /// A tensor whose elements `body` writes, all of them.
  public init(shape: TensorShape, initializingWith body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.shape = shape
    storage = TensorStorage(count: shape.elementCount)
    try storage.withMemory(body)
  }

  public var elementCount: Int { storage.count }
  public var values: [Float] { withUnsafeBufferPointer(Array.init) }

  /// Element in row-major order.
  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < storage.count, "element \(index) of \(storage.count)")
      return storage.withMemory { $0[index] }
    }
    set {
      precondition(index >= 0 && index < storage.count, "element \(index) of \(storage.count)")
      makeUnique()
      storage.withMemory { $0[index] = newValue }
    }
  }

  public func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try storage.withMemory { try body(UnsafeBufferPointer($0)) }
  }

  public mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    makeUnique()
    return try storage.withMemory(body)
  }

  /// The same elements under another shape.
  ///
  /// - Precondition: both shapes have the same number of elements.
  public func reshaped(to newShape: TensorShape) -> Tensor {
    precondition(newShape.elementCount == elementCount, "\(shape) does not reshape to \(newShape)")
    return Tensor(shape: newShape, storage: storage)
  }

  private init(shape: TensorShape, storage: TensorStorage) {
    self.shape = shape
    self.storage = storage
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
  }
}

extension Tensor: Equatable {
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && left.withUnsafeBufferPointer { a in right.withUnsafeBufferPointer { b in a.elementsEqual(b) } }
  }
}
