import ArgumentParser
import Files

/// What a command was asked to write, by option. `-` is standard output for texts.
struct RunOutputs {
  var texts: [(option: String, path: String?)] = []
  /// Models and networks.
  var binaries: [(option: String, path: String?)] = []

  /// Throws where something cannot be written, would be written twice, or is a file that is read. Makes nothing, so it
  /// stands before the work. Where standard output was asked for, everything else that is printed goes to standard error.
  ///
  /// - Parameter inputs: files and folders; nil for those that were not given.
  @discardableResult
  func check(reading inputs: [String?]) throws -> OutputList {
    var list = OutputList()
    for (option, path) in texts { try list.add(path, option: option) }
    for (option, path) in binaries { try list.add(path, option: option, content: .binary) }
    try list.checkDistinct(from: inputs.compactMap(\.self))
    if list.usesStandardOutput { try StandardOutput.reserveForOutputs() }
    return list
  }
}
