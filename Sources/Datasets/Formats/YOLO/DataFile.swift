import Files
import Foundation
internal import Yams

/// Ultralytics' `data.yaml`: where the images of each split are, and the names of the classes.
///
/// Paths are as written; ``DataFile/source(_:isNeeded:)`` looks for them.
struct DataFile {
  /// A path of the file, with the line that it stands on.
  struct Entry: Hashable {
    let text: String
    let line: Int
  }

  let path: String
  /// The folder that the splits are relative to; nil where the file does not say.
  private(set) var root: Entry?
  private(set) var splits: [DatasetSplit: [Entry]] = [:]
  /// Nil where the file has no key `names`.
  private(set) var names: [String]?
  /// Keys that mean nothing here, with their lines.
  private(set) var unknownKeys: [Entry] = []
  /// What stands under `kpt_shape`, see ``keypointShape()``.
  private var keypoints: Entry?

  /// What else Ultralytics and Roboflow write there.
  private static let otherKeys: Set<String> = [
    "author", "channels", "colors", "date", "description", "download", "flip_idx", "is_coco", "kpt_names",
    "license", "links", "minival", "project", "roboflow", "scale", "single_cls", "stride", "task", "train_json",
    "val_json", "version", "yaml_file",
  ]

  static func isOne(_ path: String) -> Bool {
    ["yaml", "yml"].contains(FilePath.fileExtension(of: path)) && !FilePath.isFolder(path)
  }

  /// - Throws: ``DatasetError`` naming the line that is not as expected.
  init(path: String) throws {
    self.path = path
    guard let top = try DataFile.compose(path) else {
      throw DatasetError(path: path, problem: "is empty; expected keys such as train, val and names")
    }
    guard let mapping = top.mapping else {
      throw DatasetError(
        path: path, line: top.mark?.line, problem: "expected keys and values, such as 'train: images/train'")
    }
    var count: Entry?
    for (key, value) in mapping {
      let name = key.string ?? ""
      let line = key.mark?.line ?? 1
      switch name {
      case "path": root = try entries(value, of: name, line: line).first
      case "train": try add(value, to: .training, key: name, line: line)
      case "val", "valid", "validation": try add(value, to: .validation, key: name, line: line)
      case "test": try add(value, to: .test, key: name, line: line)
      case "names": names = try classNames(value, line: line)
      case "kpt_shape":
        let items = value.sequence.map { $0.map { $0.scalar?.string ?? "?" } } ?? [value.scalar?.string ?? "?"]
        keypoints = Entry(text: items.joined(separator: " "), line: line)
      case "nc": count = Entry(text: value.scalar?.string ?? "", line: line)
      default: if !DataFile.otherKeys.contains(name) { unknownKeys.append(Entry(text: name, line: line)) }
      }
    }
    if let count { try check(count) }
  }

  private static func compose(_ path: String) throws -> Node? {
    var data = try FilePath.contents(path)
    if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DatasetError(path: path, problem: "not a text file in UTF-8")
    }
    if let problem = YAMLAliases.problem(in: text) { throw DatasetError(path: path, problem: problem) }
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        // What is missing at the end is found behind it.
        let line = min(
          mark.line, text.trimmed.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count)
        throw DatasetError(path: path, line: line, problem: "is no YAML: \(problem)")
      case .duplicatedKeysInMapping(let keys, let context):
        throw DatasetError(
          path: path, line: context.mark.line, problem: "\(keys.joined(separator: ", ")) stands twice; expected it once"
        )
      default: throw DatasetError(path: path, problem: "is no YAML: \(error)")
      }
    }
  }

  private mutating func add(_ value: Node, to split: DatasetSplit, key: String, line: Int) throws {
    let found = try entries(value, of: key, line: line)
    guard !found.isEmpty else { return }
    guard splits.updateValue(found, forKey: split) == nil else {
      throw DatasetError(
        path: path, line: line, problem: "'\(key)' names the split \(split.rawValue) a second time; expected it once")
    }
  }

  /// A text, a list of texts, or nothing.
  private func entries(_ value: Node, of key: String, line: Int) throws -> [Entry] {
    let nodes: [Node]
    if let sequence = value.sequence {
      nodes = Array(sequence)
    } else {
      nodes = value.null == nil ? [value] : []
    }
    return try nodes.map { node in
      let place = node.mark?.line ?? line
      guard let text = node.scalar?.string.trimmed, !text.isEmpty else {
        throw DatasetError(
          path: path, line: place, problem: "'\(key)' is no path; expected a folder, a .txt list, or a list of these")
      }
      return Entry(text: text, line: place)
    }
  }

  private func classNames(_ value: Node, line: Int) throws -> [String] {
    func failure(_ problem: String, _ node: Node? = nil) -> DatasetError {
      DatasetError(path: path, line: node?.mark?.line ?? line, problem: "names: \(problem)")
    }
    func name(_ node: Node) throws -> String {
      guard let name = node.scalar?.string.trimmed, !name.isEmpty else { throw failure("a class without name", node) }
      return name
    }
    let names: [String]
    if let sequence = value.sequence {
      names = try sequence.map(name)
    } else if let mapping = value.mapping {
      var byIndex: [Int: String] = [:]
      for (key, node) in mapping {
        guard let index = key.scalar.flatMap({ Int($0.string) }) else {
          throw failure("'\(key.scalar?.string ?? "")' is no class index; expected names: [a, b] or '0: a' lines", key)
        }
        byIndex[index] = try name(node)
      }
      guard byIndex.keys.sorted() == Array(0..<byIndex.count) else {
        throw failure("expected the indices 0…\(byIndex.count - 1), each once")
      }
      names = byIndex.sorted { $0.key < $1.key }.map(\.value)
    } else if value.null != nil {
      names = []
    } else {
      throw failure("'\(value.scalar?.string ?? "")' is no list; expected names: [a, b], '- a' lines or '0: a' lines")
    }
    guard !names.isEmpty else { throw failure("is empty; expected class names") }
    return names
  }

  /// How many keypoints a label has, and of how many numbers, in Ultralytics' form.
  ///
  /// - Returns: Two numbers, `[17, 3]` or `[0, 0]`; nil where the file has no key `kpt_shape`.
  /// - Throws: ``DatasetError`` naming the line that is no such pair.
  func keypointShape() throws -> [Int]? {
    guard let keypoints else { return nil }
    let items = keypoints.text.split { "[], ".contains($0) || $0.isWhitespace }
    let numbers = items.compactMap { Int($0) }
    guard numbers.count == 2, items.count == 2, numbers[0] >= 0, [2, 3].contains(numbers[1]) || numbers == [0, 0] else {
      throw DatasetError(
        path: path, line: keypoints.line,
        problem: "kpt_shape: expected the count of keypoints and 2 or 3 numbers for each, such as [17, 3]")
    }
    return numbers
  }

  /// `nc` and `names` are to say the same.
  private func check(_ count: Entry) throws {
    guard let number = Int(count.text), number >= 0 else {
      throw DatasetError(path: path, line: count.line, problem: "nc is '\(count.text)'; expected the number of classes")
    }
    guard let names, names.count != number else { return }
    throw DatasetError(
      path: path, line: count.line,
      problem: "nc is \(number), but names has \(names.count) classes: \(names.joined(separator: ", "))")
  }
}
