import Files

/// Prints a text for people: control characters other than line ends, which come out of names in files, are escaped.
///
/// In this module it stands for the standard library's function of that name.
func print(_ value: some CustomStringConvertible, terminator: String = "\n") {
  Swift.print(TerminalText.escaped(value.description, keepingLines: true), terminator: terminator)
}

/// The same on standard error.
func printError(_ text: String) { StandardError.write(TerminalText.escaped(text, keepingLines: true) + "\n") }
