import Detectors

/// The settings of one section while they are read: typed, in range, and none left over.
struct DarknetSection {
  let path: String
  let section: DarknetConfigurationFile.Section
  private let entries: [String: DarknetConfigurationFile.Entry]

  init(_ section: DarknetConfigurationFile.Section, path: String) {
    self.section = section
    self.path = path
    entries = Dictionary(section.entries.map { ($0.key, $0) }) { first, _ in first }
  }

  var name: String { section.name }

  func failure(_ problem: String, key: String? = nil) -> DarknetError {
    DarknetError(path: path, line: key.flatMap { entries[$0]?.line } ?? section.line, problem: "[\(name)] \(problem)")
  }

  func has(_ key: String) -> Bool { entries[key] != nil }

  func text(_ key: String) -> String? { entries[key]?.value }

  /// A whole number, Darknet's way of writing it included ("1." or "0x" are not).
  func integer(_ key: String, default standard: Int, in range: ClosedRange<Int>) throws(DarknetError) -> Int {
    guard let value = entries[key]?.value else { return standard }
    guard let number = Int(value), range.contains(number) else {
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

  /// Throws for a key that is none of these.
  func checkKeys(_ known: Set<String>) throws(DarknetError) {
    for entry in section.entries where !known.contains(entry.key) {
      let nearest = EditDistance.nearest(to: entry.key, in: known.sorted())
      let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
      throw failure("unknown key \"\(entry.key.prefix(40))\"\(hint)", key: entry.key)
    }
  }
}
