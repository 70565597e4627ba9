import Foundation

/// Reading and writing typed JSON files, with errors that name the place.
enum JSONFile {
  static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
    let data = try FilePath.contents(path)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw explained(error, data: data, path: path)
    }
  }

  static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(value).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw DatasetError(path: path, problem: "cannot be written: \(error.localizedDescription)")
    }
  }

  private static func explained(_ error: DecodingError, data: Data, path: String) -> DatasetError {
    switch error {
    case .keyNotFound(let key, let context):
      return DatasetError(path: path, problem: "\(place(context.codingPath)) has no key '\(key.stringValue)'")
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return DatasetError(path: path, problem: "\(place(context.codingPath)): expected \(words(for: type))")
    case .dataCorrupted(let context):
      guard context.codingPath.isEmpty else {
        return DatasetError(path: path, problem: "\(place(context.codingPath)): \(context.debugDescription)")
      }
      let (line, reason) = syntaxError(in: data)
      return DatasetError(path: path, line: line, problem: "not JSON: \(reason)")
    @unknown default:
      return DatasetError(path: path, problem: "\(error)")
    }
  }

  private static func place(_ keys: [any CodingKey]) -> String {
    var text = ""
    for key in keys {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "the file" : text
  }

  private static func words(for type: any Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is Double.Type: "a number"
    case is String.Type: "a text"
    case is any Collection.Type: "a list"
    default: String(describing: type).contains("Array") ? "a list" : "an object"
    }
  }

  /// `JSONDecoder` does not say where on Linux; `JSONSerialization` does, in words: "… around character 17."
  private static func syntaxError(in data: Data) -> (line: Int, reason: String) {
    var reason = "expected one JSON value"
    do {
      _ = try JSONSerialization.jsonObject(with: data)
    } catch {
      reason = (error as NSError).userInfo["NSDebugDescription"] as? String ?? reason
    }
    let offset = reason.firstMatch(of: /character (\d+)/).flatMap { Int($0.1) } ?? data.count
    let line = 1 + data.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    // Python writes these into JSON unasked.
    let found = String(decoding: data.dropFirst(max(0, offset - 1)).prefix(12), as: UTF8.self)
    if let name = found.firstMatch(of: /-?(NaN|Infinity)/) { reason = "\(name.0) where a finite number was expected" }
    return (line, reason)
  }
}
