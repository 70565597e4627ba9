import ArgumentParser
import Datasets
import Files

/// What a command was asked to write, by option. `-` is standard output for texts.
struct RunOutputs {
  var texts: [(option: String, path: String?)] = []
  /// Models and networks.
  var binaries: [(option: String, path: String?)] = []

  /// Throws where something cannot be written, would be written twice, or is a file that is read. Makes nothing, so it
  /// stands before the work. Where standard output was asked for, everything else that is printed goes to standard error.
  ///
  /// - Parameters:
  ///   - inputs: files and folders; nil for those that were not given.
  ///   - sets: labelled sets, in whose folders what the last run wrote may be written anew.
  @discardableResult
  func check(reading inputs: [String?], sets: [String?] = []) throws -> OutputList {
    var list = OutputList()
    for (option, path) in texts { try list.add(path, option: option) }
    for (option, path) in binaries { try list.add(path, option: option, content: .binary) }
    try list.checkDistinct(from: inputs.compactMap(\.self))
    try list.checkDistinct(from: sets.compactMap(\.self), where: LabelledDataset.mayRead)
    if list.usesStandardOutput { try StandardOutput.reserveForOutputs() }
    return list
  }
}
