import DetectionUtilities
import ImageCodecs
import Tensors

/// What the head of the first YOLO predicts (Redmon et al. 2016, section 2): a square grid, whose cells have class
/// probabilities of their own and several boxes, all as plain numbers.
///
/// The raw output of an image is side²·(C + 5·B) numbers: the class probabilities of each cell, then the confidences of each
/// cell's B boxes, then their x and y within the cell and their width and height relative to the image (square roots of
/// them where ``sizesAreRoots``).
public struct CellHeadConfiguration: Hashable, Sendable {
  /// Cells along each axis.
  public var side: Int
  /// Boxes of a cell.
  public var boxCount: Int
  public var classCount: Int
  public var sizesAreRoots: Bool
  /// Whether a cell's class numbers are logits that exclude each other.
  public var classesAreLogits: Bool
  /// Size of the network's input, whose pixels boxes are in.
  public var inputSize: ImageSize

  public init(
    side: Int, boxCount: Int, classCount: Int, sizesAreRoots: Bool, classesAreLogits: Bool = false,
    inputSize: ImageSize
  ) {
    self.side = side
    self.boxCount = boxCount
    self.classCount = classCount
    self.sizesAreRoots = sizesAreRoots
    self.classesAreLogits = classesAreLogits
    self.inputSize = inputSize
  }

  /// Numbers of an image.
  public var outputCount: Int { side * side * (classCount + 5 * boxCount) }

  /// The candidates of non-maximum suppression of each image, ordered by cell, box and class.
  ///
  /// A score is a box's confidence times the class's probability; those below the threshold are dropped, and so are scores
  /// and boxes that are not finite. Nothing keeps the network's plain numbers, and so the scores, below 1.
  /// - Precondition: the output has as many numbers an image as ``outputCount``.
  public func candidates(_ output: Tensor, scoreThreshold: Double) -> [[Detection]] {
    precondition(output.elementCount == output.shape[0] * outputCount, "\(output.shape) for \(outputCount) numbers")
    return output.withUnsafeBufferPointer { values in
      (0..<output.shape[0]).map { image in
        let numbers = UnsafeBufferPointer(rebasing: values[image * outputCount..<(image + 1) * outputCount])
        return (0..<side * side).flatMap { candidates(cell: $0, numbers, scoreThreshold) }
      }
    }
  }

  private func candidates(
    cell: Int, _ numbers: UnsafeBufferPointer<Float>, _ scoreThreshold: Double
  ) -> [Detection] {
    let probabilities = probabilities(cell: cell, numbers)
    let (firstConfidence, firstBox) = (side * side * classCount, side * side * (classCount + boxCount))
    var result: [Detection] = []
    for index in cell * boxCount..<(cell + 1) * boxCount {
      let confidence = Double(numbers[firstConfidence + index])
      let box = box(cell: cell, (0..<4).map { Double(numbers[firstBox + 4 * index + $0]) })
      guard box.isValid else { continue }
      for (classIndex, probability) in probabilities.enumerated() {
        let score = confidence * probability
        guard score.isFinite, score > 0, score >= scoreThreshold else { continue }
        result.append(Detection(box: box, classIndex: classIndex, score: score))
      }
    }
    return result
  }

  private func probabilities(cell: Int, _ numbers: UnsafeBufferPointer<Float>) -> [Double] {
    let values = (cell * classCount..<(cell + 1) * classCount).map { Double(numbers[$0]) }
    return classesAreLogits ? CrossEntropyLoss.softmax(values) : values
  }

  private func box(cell: Int, _ numbers: [Double]) -> BoundingBox {
    let (row, column) = cell.quotientAndRemainder(dividingBy: side)
    func size(_ number: Double) -> Double { sizesAreRoots ? number * number : number }
    return BoundingBox(
      centerX: (numbers[0] + Double(column)) / Double(side) * Double(inputSize.width),
      centerY: (numbers[1] + Double(row)) / Double(side) * Double(inputSize.height),
      width: size(numbers[2]) * Double(inputSize.width), height: size(numbers[3]) * Double(inputSize.height))
  }
}
