import Tensors

/// A tensor of the state dict whose every element is known to lie within its storage.
struct StridedTensor {
  let name: String
  let elementType: PyTorchElementType
  let shape: TensorShape
  let elementCount: Int
  /// In elements.
  private let strides: [Int]
  /// Of its first element, in bytes from the beginning of the storage.
  private let byteOffset: Int

  /// Checks what a pickle says of a tensor: nothing overflows, nothing is allocated.
  init(_ tensor: PickleTensor, name: String) throws(PyTorchCheckpointError) {
    func failure(_ expectation: String) -> PyTorchCheckpointError {
      PyTorchCheckpointError(.malformed, tensor: name, expectation)
    }
    let (shape, strides, storage) = (tensor.shape, tensor.strides, tensor.storage)
    guard shape.count == strides.count, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw failure("the shape \(shape) with strides \(strides), expected as many strides, and nothing negative")
    }
    guard let count = Self.product(shape) else {
      throw failure("the extents \(shape) multiply beyond 64 bits")
    }
    // The part of the storage that is seen, in elements of this tensor.
    let size = tensor.elementType.byteCount
    guard let begin = Self.product([storage.visible.lowerBound, storage.elementType.byteCount]),
      let end = Self.product([storage.visible.upperBound, storage.elementType.byteCount])
    else { throw failure("its storage of \(storage.elementCount) elements goes beyond 64 bits") }
    let available = (end - begin) / size
    guard let last = count == 0 ? tensor.offset : Self.lastElement(shape, strides, offset: tensor.offset),
      tensor.offset >= 0, count == 0 ? last <= available : last < available
    else {
      throw failure(
        "the shape \(shape) with strides \(strides) from element \(tensor.offset) goes beyond the \(available) elements "
          + "of its storage \"\(storage.key)\"")
    }
    self.name = name
    elementType = tensor.elementType
    self.shape = TensorShape(shape)
    // Along a single element no step is taken, whatever the stride says.
    self.strides = zip(shape, strides).map { $0 > 1 ? $1 : 0 }
    elementCount = count
    byteOffset = begin + tensor.offset * size
  }

  private static func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      result = product
    }
    return result
  }

  /// The index in the storage of the element with the largest one.
  private static func lastElement(_ shape: [Int], _ strides: [Int], offset: Int) -> Int? {
    var result = offset
    for (extent, stride) in zip(shape, strides) {
      let (step, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, carry) = result.addingReportingOverflow(step)
      if overflow || carry { return nil }
      result = sum
    }
    return result
  }

  /// The elements in row-major order, each the nearest 32-bit float.
  ///
  /// - Parameter storage: all bytes of the storage, as many as its reference claims.
  func values(in storage: UnsafeRawBufferPointer) throws(PyTorchCheckpointError) -> Tensor {
    var overflow: Double?
    let tensor = Tensor(shape: shape) { destination in
      guard elementCount > 0 else { return }
      var written = 0
      forEachRow { offset, count, stride in
        let row = UnsafeMutableBufferPointer(rebasing: destination[written..<written + count])
        written += count
        if let found = elementType.decode(storage, from: offset, stride: stride, into: row) { overflow = found }
      }
    }
    if let overflow {
      throw PyTorchCheckpointError(.malformed, tensor: name, "holds \(overflow), which no 32-bit float can")
    }
    return tensor
  }

  /// Calls `body` with the byte offset, the number and the byte stride of the elements of each row, in order.
  private func forEachRow(_ body: (Int, Int, Int) -> Void) {
    let size = elementType.byteCount
    // Axes that lie behind one another without a gap are one row.
    var rowCount = 1
    var outer = shape.rank
    let rowStride = zip(shape.dimensions, strides).reversed().first { $0.0 != 1 }?.1 ?? 0
    while outer > 0 {
      let extent = shape[outer - 1]
      guard extent == 1 || rowCount == 1 || strides[outer - 1] == rowStride * rowCount else { break }
      rowCount *= extent
      outer -= 1
    }
    var index = [Int](repeating: 0, count: outer)
    var offset = byteOffset
    while true {
      body(offset, rowCount, rowStride * size)
      var axis = outer - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis] * size
        if index[axis] < shape[axis] { break }
        offset -= index[axis] * strides[axis] * size
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
