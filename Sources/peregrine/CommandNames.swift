import ArgumentParser

/// The names of the commands, for messages about a mistyped one.
struct CommandNames {
  private let root: any ParsableCommand.Type

  init(_ root: any ParsableCommand.Type) { self.root = root }

  /// Throws where the first words, or those behind `help`, name no command. Options are left to the parser.
  func check(_ arguments: [String]) throws {
    var command = root
    for (index, word) in arguments.enumerated() {
      let known = command.configuration.subcommands
      if known.isEmpty || word.hasPrefix("-") { return }
      if index == 0, word == "help" { continue }
      guard let next = known.first(where: { name(of: $0) == word }) else {
        // The word is the default subcommand's first argument.
        if command.configuration.defaultSubcommand != nil { return }
        let shown = known.filter { command in command.configuration.shouldDisplay }
        throw ValidationError(Self.refusal(of: word, known: shown.map { command in name(of: command) }))
      }
      command = next
    }
  }

  private func name(of command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }

  private static func refusal(of word: String, known: [String]) -> String {
    let nearest = known.map { (name: $0, distance: editDistance(word.lowercased(), $0)) }.min {
      $0.distance < $1.distance
    }
    // A third of the letters wrong, or two changed places, is still the same word.
    if let nearest, nearest.distance <= max(2, nearest.name.count / 3) {
      return "unknown command '\(word)'; did you mean '\(nearest.name)'?"
    }
    return "unknown command '\(word)'; expected one of \(known.joined(separator: ", "))"
  }

  /// Letters to insert, delete or replace (Levenshtein).
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var distances = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var diagonal = distances[0]
      distances[0] = row + 1
      for (column, other) in second.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = distances[column + 1]
        distances[column + 1] = min(replaced, diagonal + 1, distances[column] + 1)
      }
    }
    return distances[second.count]
  }
}
