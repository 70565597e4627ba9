internal import Foundation
import ImageCodecs
import Tensors
internal import Yams

/// A small calculation from a lecture: inputs, and steps that work on them or on each other's results.
///
/// Read from YAML; `Samples/Lectures` shows how one is written.
public struct WorkedExample: Sendable {
  public let title: String
  /// In the order in which the file names them.
  public let inputs: [NamedMatrix]
  let steps: [ExampleStep]

  /// Reads a file. An image that it names lies relative to it.
  ///
  /// Throws a ``WorkedExampleError`` that names file, line and key, or an `ImageError`.
  public init(contentsOf path: String) throws {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw WorkedExampleError(.unreadable, path: path, "expected a file of text in UTF-8")
    }
    try self.init(yaml: text, path: path)
  }

  /// - Parameter path: what errors name, and what images are relative to.
  public init(yaml: String, path: String) throws {
    let root = ExampleNode(node: try Self.compose(yaml, path: path), path: path, key: "")
    let values = try root.mapping(["title", "input", "inputs", "steps"])
    title = try values["title"]?.text() ?? ""
    var inputs: [NamedMatrix] = []
    if let input = values["input"] { inputs.append(NamedMatrix("X", try Self.value(input))) }
    if let list = values["inputs"] {
      guard let mapping = list.node.mapping else { throw list.error("expected a name for every input") }
      for (name, node) in mapping {
        let key = name.string ?? ""
        if inputs.contains(where: { $0.name == key }) { throw list.error("two inputs are called \(key)") }
        inputs.append(NamedMatrix(key, try Self.value(list.child(node, key))))
      }
    }
    self.inputs = inputs
    guard let list = values["steps"] else { throw root.error("expected steps") }
    var steps: [ExampleStep] = []
    for (index, node) in try list.elements().enumerated() {
      steps.append(try ExampleStep(node, number: index + 1))
    }
    if steps.isEmpty { throw list.error("expected at least one step") }
    self.steps = steps
  }

  private static func compose(_ yaml: String, path: String) throws -> Node {
    do {
      if let node = try Yams.compose(yaml: yaml) { return node }
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw WorkedExampleError(path: path, line: mark.line, "not valid YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, let context):
        throw WorkedExampleError(
          path: path, line: context.mark.line, "\(duplicates.joined(separator: ", ")) occurs twice")
      default: throw WorkedExampleError(path: path, "not valid YAML: \(error)")
      }
    }
    throw WorkedExampleError(path: path, "the file is empty; expected an input and steps")
  }

  /// Numbers, or a piece of an image.
  private static func value(_ node: ExampleNode) throws -> Tensor {
    if node.node.mapping == nil { return try node.value() }
    let values = try node.mapping(["image", "crop", "channels", "divisor"])
    guard let image = values["image"], let crop = values["crop"] else {
      throw node.error("expected numbers, or image and crop")
    }
    let numbers = try crop.elements()
    guard numbers.count == 4 else { throw crop.error("expected four numbers: x, y, width, height") }
    let sides = try numbers.enumerated().map { try $1.integer($0 < 2 ? 0...1_000_000 : 1...128) }
    let isGrey = try values["channels"]?.choice(["grey", "rgb"]) != "rgb"
    let divisor = try values["divisor"]?.number() ?? 1
    if divisor == 0 { throw (values["divisor"] ?? node).error("expected a number other than 0") }
    let file = URL(fileURLWithPath: try image.text(), relativeTo: URL(fileURLWithPath: node.path)).path
    let source = try RGBImage(contentsOf: file)
    guard sides[0] + sides[2] <= source.width, sides[1] + sides[3] <= source.height else {
      throw crop.error("reaches beyond the image, which has \(source.size) pixels")
    }
    let tensor = source.crop(x: sides[0], y: sides[1], width: sides[2], height: sides[3], isGrey, divisor: divisor)
    if tensor.elementCount > ExampleNode.mostNumbers {
      throw crop.error("\(tensor.elementCount) numbers; expected at most \(ExampleNode.mostNumbers)")
    }
    return tensor
  }
}

extension RGBImage {
  /// Whole numbers from 0 to 255, over the divisor: one channel of luma (ITU-R BT.601), or three.
  fileprivate func crop(x: Int, y: Int, width: Int, height: Int, _ isGrey: Bool, divisor: Double) -> Tensor {
    let channels = isGrey ? 1 : 3
    let values = (0..<channels).flatMap { channel in
      (y..<y + height).flatMap { row in
        (x..<x + width).map { column -> Float in
          let pixel = 3 * (row * self.width + column)
          let (red, green, blue) = (Double(pixels[pixel]), Double(pixels[pixel + 1]), Double(pixels[pixel + 2]))
          let level = isGrey ? (0.299 * red + 0.587 * green + 0.114 * blue).rounded() : [red, green, blue][channel]
          return Float(level / divisor)
        }
      }
    }
    return Tensor(shape: [1, channels, height, width], values: values)
  }
}
