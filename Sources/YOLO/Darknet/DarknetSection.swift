import Models

/// What was ignored in a `.cfg`, line by line.
final class DarknetNotes {
  var lines: [String] = []
}

/// The settings of one section while they are read: typed, in range, and none left over without a note.
struct DarknetSection {
  let path: String
  let section: DarknetConfigurationFile.Section
  private let entries: [String: DarknetConfigurationFile.Entry]
  private let notes: DarknetNotes

  init(_ section: DarknetConfigurationFile.Section, path: String, notes: DarknetNotes) {
    self.section = section
    self.path = path
    self.notes = notes
    entries = Dictionary(section.entries.map { ($0.key, $0) }) { first, _ in first }
    for entry in section.entries {
      guard let first = entries[entry.key], first.line != entry.line, first.value != entry.value else { continue }
      notes.lines.append(
        "line \(entry.line): \(entry.key)=\(entry.value.prefix(40)) has no effect, [\(section.name)] has "
          + "\(first.key)=\(first.value.prefix(40)) in line \(first.line) already; Darknet takes the first")
    }
  }

  var name: String { section.name }

  func failure(_ problem: String, key: String? = nil) -> DarknetError {
    DarknetError(path: path, line: key.flatMap { entries[$0]?.line } ?? section.line, problem: "[\(name)] \(problem)")
  }

  func has(_ key: String) -> Bool { entries[key] != nil }

  func text(_ key: String) -> String? { entries[key]?.value }

  /// A whole number, also one that is written as "1.0".
  func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) throws(DarknetError) -> Int {
    guard let value = entries[key]?.value else { return standard }
    guard let number = Int(value) ?? Double(value).flatMap({ Int(exactly: $0) }), range.contains(number) else {
      throw failure(
        "\(key)=\(value.prefix(40)): expected a whole number from \(range.lowerBound) to \(range.upperBound)", key: key)
    }
    return number
  }

  func number(_ key: String, default standard: Float, in range: ClosedRange<Float>) throws(DarknetError) -> Float {
    guard let value = entries[key]?.value else { return standard }
    guard let number = Float(value), range.contains(number) else {
      throw failure(
        "\(key)=\(value.prefix(40)): expected a number from \(range.lowerBound) to \(range.upperBound)", key: key)
    }
    return number
  }

  /// Numbers separated by commas; nil where the key is absent.
  func numbers(_ key: String) throws(DarknetError) -> [Double]? {
    guard let value = entries[key]?.value else { return nil }
    var result: [Double] = []
    for part in value.split(separator: ",", omittingEmptySubsequences: false) {
      let word = part.filter { !$0.isWhitespace }
      // Files do end in a comma.
      if word.isEmpty && result.count > 0 { continue }
      guard let number = Double(word), number.isFinite else {
        throw failure("\(key): \"\(word.prefix(20))\" is no number", key: key)
      }
      result.append(number)
    }
    return result
  }

  func integers(_ key: String) throws(DarknetError) -> [Int]? {
    guard let numbers = try numbers(key) else { return nil }
    var result: [Int] = []
    for number in numbers {
      guard let whole = Int(exactly: number) else { throw failure("\(key): \(number) is no whole number", key: key) }
      result.append(whole)
    }
    return result
  }

  /// Throws where a setting that changes what is computed has another value than the one that is understood.
  func requireAbsentOrDefault(_ key: String, _ standard: Int = 0) throws(DarknetError) {
    guard let value = entries[key]?.value, Int(value) != standard, Double(value) != Double(standard) else { return }
    throw failure("\(key)=\(value.prefix(40)) is not supported; expected \(standard)", key: key)
  }

  /// Reads over keys that say nothing about what is computed, as Darknet does; those that nobody knows are noted.
  ///
  /// Throws for a key that looks like one of those that matter.
  ///
  /// - Parameters:
  ///   - meaningful: keys that say what is computed.
  ///   - ignored: keys that Darknet knows for something else.
  func checkKeys(_ meaningful: Set<String>, ignoring ignored: Set<String> = DarknetKeys.layer) throws(DarknetError) {
    for entry in section.entries where !meaningful.contains(entry.key) && !ignored.contains(entry.key) {
      let nearest = EditDistance.nearest(to: entry.key, in: meaningful.sorted()) ?? ""
      let distance = EditDistance.between(entry.key, nearest)
      if distance <= 2, 2 * distance < nearest.count {
        throw failure("unknown key \"\(entry.key.prefix(40))\"; did you mean \"\(nearest)\"?", key: entry.key)
      }
      notes.lines.append(
        "line \(entry.line): \(entry.key.prefix(40)) has no effect, it is no setting of [\(name)] that Darknet knows")
    }
  }
}
