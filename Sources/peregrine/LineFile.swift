import ArgumentParser
import Files

/// Where lines go as soon as there are some: a file, standard output, a device or a FIFO.
struct LineFile {
  private let writer: OutputWriter

  static var standardOutput: LineFile {
    get throws { try LineFile("-") }
  }

  /// A new file, or an old one emptied; - is standard output.
  init(_ path: String) throws(OutputError) { writer = try OutputWriter(appendingTo: path) }

  /// Writes at once, so that whole lines stand in the file and none is held back.
  func write(_ line: String) throws { try writer.write(Array("\(line)\n".utf8)) }
}
