import Tensors
import Testing

@Suite struct TensorShapeTests {
  static let extents: [(TensorShape, Int, Int)] = [
    ([], 0, 1), ([5], 1, 5), ([2, 3, 4, 5], 4, 120), ([7, 0, 2], 3, 0),
  ]

  @Test(arguments: extents)
  func rankAndElementCount(shape: TensorShape, rank: Int, count: Int) {
    #expect(shape.rank == rank)
    #expect(shape.elementCount == count)
  }

  @Test func axesAreReadAndWritten() {
    var shape: TensorShape = [1, 3, 32, 64]
    #expect(shape[3] == 64)
    shape[1] = 8
    #expect(shape == [1, 8, 32, 64])
    #expect(shape != [1, 8, 64, 32])
  }

  @Test func describesItselfInTheFieldsForm() {
    #expect(TensorShape([1, 3, 224, 224]).description == "1×3×224×224")
    #expect(TensorShape([10]).description == "10")
  }

  @Test func negativeExtentsTrap() async {
    await #expect(processExitsWith: .failure) { _ = TensorShape([2, -1]) }
  }
}
