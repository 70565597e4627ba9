import Tensors
import Testing

@Suite struct TensorTests {
  @Test func elementsAreRowMajor() {
    let tensor = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.elementCount == 6)
    #expect(tensor[1 * 3 + 2] == 6)
    #expect(tensor.values == [1, 2, 3, 4, 5, 6])
  }

  @Test func constantTensors() {
    #expect(Tensor(zeros: [2, 2]).values == [0, 0, 0, 0])
    #expect(Tensor(repeating: 2.5, shape: [3]).values == [2.5, 2.5, 2.5])
  }

  @Test func initialisingInPlace() {
    let tensor = Tensor(shape: [4]) { buffer in
      for index in buffer.indices { buffer.initializeElement(at: index, to: Float(index * index)) }
    }
    #expect(tensor.values == [0, 1, 4, 9])
  }

  @Test func writingToACopyLeavesTheOriginal() {
    let original = Tensor(shape: [3], values: [1, 2, 3])
    var bySubscript = original
    bySubscript[1] = 9
    var byPointer = original
    byPointer.withUnsafeMutableBufferPointer { $0[0] = 7 }
    #expect(original.values == [1, 2, 3])
    #expect(bySubscript.values == [1, 9, 3])
    #expect(byPointer.values == [7, 2, 3])
  }

  @Test func writingToTheOriginalLeavesTheCopy() {
    var original = Tensor(shape: [2], values: [1, 2])
    let copy = original
    original[0] = 5
    #expect(copy.values == [1, 2])
    #expect(original.values == [5, 2])
  }

  @Test func anUnsharedTensorIsWrittenInPlace() {
    var tensor = Tensor(shape: [2], values: [1, 2])
    let before = tensor.withUnsafeBufferPointer(\.baseAddress)
    tensor[0] = 3
    #expect(tensor.withUnsafeBufferPointer(\.baseAddress) == before)
    let copy = tensor
    tensor[0] = 4
    #expect(tensor.withUnsafeBufferPointer(\.baseAddress) != copy.withUnsafeBufferPointer(\.baseAddress))
  }

  @Test func reshapingKeepsTheElementsAndIsIndependent() {
    let matrix = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    var column = matrix.reshaped(to: [6, 1])
    #expect(column.shape == [6, 1])
    #expect(column.values == matrix.values)
    column[0] = 0
    #expect(matrix[0] == 1)
  }

  @Test func equalityComparesShapeAndElements() {
    let tensor = Tensor(shape: [2, 2], values: [1, 2, 3, 4])
    #expect(tensor == Tensor(shape: [2, 2], values: [1, 2, 3, 4]))
    #expect(tensor != Tensor(shape: [4], values: [1, 2, 3, 4]))
    #expect(tensor != Tensor(shape: [2, 2], values: [1, 2, 3, 5]))
    #expect(Tensor(shape: [1], values: [Float.nan]) != Tensor(shape: [1], values: [Float.nan]))
  }

  @Test(arguments: [1, 3, 17]) func storageIsAlignedForVectorInstructions(count: Int) {
    let tensor = Tensor(zeros: [count])
    #expect(tensor.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) % 64 } == 0)
  }

  @Test func anEmptyTensorHasNoElements() {
    let empty = Tensor(zeros: [0, 3])
    #expect(empty.elementCount == 0)
    #expect(empty.values.isEmpty)
    #expect(empty == Tensor(shape: [0, 3], values: []))
  }

  @Test func callersMistakesTrap() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 2], values: [1, 2, 3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 3]).reshaped(to: [5]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2])[2] }
  }
}
