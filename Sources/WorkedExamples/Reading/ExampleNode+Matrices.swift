import DetectionUtilities
import Tensors

/// Nested lists of numbers of one depth, with their extents.
struct NumberList {
  /// Outermost first.
  var extents: [Int]
  var numbers: [Float]
}

extension ExampleNode {
  /// Lists in lists down to numbers; all at one level are equally long.
  func numberList() throws(WorkedExampleError) -> NumberList {
    var count = 0
    return try numberList(depth: 0, count: &count)
  }

  private func numberList(depth: Int, count: inout Int) throws(WorkedExampleError) -> NumberList {
    guard node.sequence != nil else {
      count += 1
      if count > Self.mostNumbers { throw error("more than \(Self.mostNumbers) numbers; an example is small") }
      return NumberList(extents: [], numbers: [Float(try number())])
    }
    if depth == 4 { throw error("lists in more than four levels") }
    let elements = try elements()
    guard let head = elements.first else { throw error("expected at least one number") }
    var result = try head.numberList(depth: depth + 1, count: &count)
    for (index, element) in elements.enumerated().dropFirst() {
      let next = try element.numberList(depth: depth + 1, count: &count)
      guard next.extents == result.extents || next.extents.count != result.extents.count else {
        throw element.error(Self.unequal(index, next.extents, first: result.extents))
      }
      guard next.extents == result.extents else {
        throw element.error("expected \(result.extents.isEmpty ? "a number" : "a list"), as the first is")
      }
      result.numbers += next.numbers
    }
    result.extents.insert(elements.count, at: 0)
    return result
  }

  private static func unequal(_ index: Int, _ extents: [Int], first: [Int]) -> String {
    let word =
      first.count == 1 ? "row \(index + 1) has \(extents[0]) numbers" : "part \(index + 1) is \(shape(extents))"
    return "\(word); expected \(first.count == 1 ? "\(first[0])" : shape(first)), as in the first"
  }

  private static func shape(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "×") }

  /// An input: a signal (one list), a matrix, or several channels. [1, C, H, W]
  func value() throws(WorkedExampleError) -> Tensor {
    let list = try numberList()
    let extents = list.extents
    let shape: TensorShape
    switch extents.count {
    case 0: shape = [1, 1, 1, 1]
    case 1: shape = [1, 1, 1, extents[0]]
    case 2: shape = [1, 1, extents[0], extents[1]]
    case 3: shape = [1, extents[0], extents[1], extents[2]]
    default: throw error("expected a list of numbers, of rows, or of channels")
    }
    return Tensor(shape: shape, values: list.numbers)
  }

  /// A kernel: one list for a signal, rows, or rows for every channel. [1, C, H, W]
  func kernel() throws(WorkedExampleError) -> (values: Tensor, isSignal: Bool) {
    let list = try numberList()
    if list.extents.isEmpty { throw error("expected rows of numbers") }
    return (try value(), list.extents.count == 1)
  }

  func matrix() throws(WorkedExampleError) -> Tensor {
    let list = try numberList()
    guard list.extents.count == 2 else { throw error("expected rows of numbers") }
    return Tensor(shape: [1, 1, list.extents[0], list.extents[1]], values: list.numbers)
  }

  /// One number or a list of them.
  func vector() throws(WorkedExampleError) -> [Float] {
    let list = try numberList()
    if list.extents.count > 1 { throw error("expected a list of numbers") }
    return list.numbers
  }

  /// x1, y1, x2, y2.
  func box() throws(WorkedExampleError) -> BoundingBox {
    let elements = try elements()
    guard elements.count == 4 else { throw error("expected four numbers: x1, y1, x2, y2") }
    let box = BoundingBox(
      x1: try elements[0].number(), y1: try elements[1].number(), x2: try elements[2].number(),
      y2: try elements[3].number())
    guard box.isValid else { throw error("expected x1 ≤ x2 and y1 ≤ y2: left, top, right, bottom") }
    return box
  }

  func boxes() throws(WorkedExampleError) -> [BoundingBox] {
    var result: [BoundingBox] = []
    for element in try elements() { result.append(try element.box()) }
    if result.count > Self.mostBoxes { throw error("expected at most \(Self.mostBoxes) boxes") }
    return result
  }

  static let mostBoxes = 1000
}
