import DetectionUtilities
import Tensors

/// Intersection over union of two boxes.
struct IoUStep: Sendable {
  var first: BoundingBox
  var second: BoundingBox

  func solve(name: String) throws -> SolvedStep {
    var step = SolvedStep(name: name, title: "intersection over union")
    let iou = first.iou(with: second)
    step.notes = BoxWriting.overlap("A", first, "B", second)
    let intersection = first.intersectionArea(second)
    let formula = Formula.quotient(
      .number(intersection),
      .difference(.sum([.number(first.area), .number(second.area)]), .number(intersection)))
    let number = WorkedNumber(
      place: name, formula: first.area + second.area - intersection > 0 ? formula : .number(0))
    try KernelCheck.compare(number, with: iou, step: step.title)
    step.numbers = [number]
    step.results = [NamedMatrix(name, Tensor(shape: [1, 1, 1, 1], values: [Float(iou)]))]
    return step
  }
}

/// Boxes as people write them.
enum BoxWriting {
  static func text(_ box: BoundingBox) -> String {
    "(\([box.x1, box.y1, box.x2, box.y2].map(NumberText.of).joined(separator: ", ")))"
  }

  /// The sides of what two boxes share, and their areas.
  static func overlap(_ first: String, _ a: BoundingBox, _ second: String, _ b: BoundingBox) -> [String] {
    func side(_ end: (Double, Double), _ start: (Double, Double)) -> (text: String, length: Double) {
      let difference = min(end.0, end.1) - max(start.0, start.1)
      let text =
        "min(\(NumberText.of(end.0)), \(NumberText.of(end.1))) - max(\(NumberText.of(start.0)), "
        + "\(NumberText.of(start.1))) = \(NumberText.of(difference))"
      return (difference < 0 ? text + ", none" : text, max(0, difference))
    }
    let width = side((a.x2, b.x2), (a.x1, b.x1))
    let height = side((a.y2, b.y2), (a.y1, b.y1))
    func area(_ name: String, _ box: BoundingBox) -> String {
      "area of \(name) \(text(box)): \(NumberText.of(box.width)) × \(NumberText.of(box.height)) = "
        + NumberText.of(box.area)
    }
    return [
      area(first, a), area(second, b), "shared width: \(width.text)", "shared height: \(height.text)",
      "intersection: \(NumberText.of(width.length)) × \(NumberText.of(height.length)) = "
        + NumberText.of(width.length * height.length),
    ]
  }
}
