extension Decoder {
  /// One of the words of an enumeration.
  ///
  /// - Throws: `DecodingError` listing the words where it is another one.
  package func choice<Choice: RawRepresentable & CaseIterable>(of choices: Choice.Type = Choice.self) throws -> Choice
  where Choice.RawValue == String {
    let word = try singleValueContainer().decode(String.self)
    guard let choice = Choice(rawValue: word) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "expected one of \(known), found \"\(word)\""))
    }
    return choice
  }
}
