import Foundation

/// The outputs that one run was asked for, examined before anything is read or computed; nothing is made or emptied.
public struct OutputList {
  public enum Content: Sendable {
    /// May go to standard output.
    case text
    /// Would garble a terminal: `-` is refused.
    case binary
  }

  private struct Entry {
    var option: String
    var path: String
    var destination: OutputDestination
    var identity: Identity
  }

  /// Equal where two paths lead to the same place, whether or not anything is there.
  private enum Identity: Hashable {
    case existing(FileIdentity)
    case new(folder: FileIdentity?, name: String)
    case descriptor(Int32)
  }

  private var entries: [Entry] = []

  public init() {}

  /// Whether one of them goes to standard output, which then holds nothing else.
  public var usesStandardOutput: Bool { entries.contains { $0.destination == .descriptor(1) } }

  /// - Parameter path: Nil where the option was not given.
  /// - Throws: ``OutputError`` where it cannot be written, or another option's output goes there too.
  public mutating func add(_ path: String?, option: String, content: Content = .text) throws(OutputError) {
    guard let path else { return }
    if content == .binary, path == "-" {
      throw OutputError(
        .misused, path: path, reason: "\(option) is no text; name a file (./- for one of that name)")
    }
    let destination = try OutputDestination(path)
    let entry = Entry(option: option, path: path, destination: destination, identity: Self.identity(destination, path))
    // A device keeps nothing that a second output could destroy.
    if let other = entries.first(where: { $0.identity == entry.identity }), destination != .device(path) {
      throw OutputError(.misused, path: path, reason: "\(other.option) and \(option) both go there")
    }
    entries.append(entry)
  }

  /// Throws where an output is one of the files to be read, by links too, or one of those in a folder to be read.
  ///
  /// - Parameter isRead: which files of a folder are read; by default all of them.
  public func checkDistinct(
    from inputs: [String], where isRead: (_ path: String) -> Bool = { _ in true }
  ) throws(OutputError) {
    try Self.checkDistinct(
      entries.compactMap { entry in if case .file = entry.destination { entry.path } else { nil } }, from: inputs,
      where: isRead)
  }

  /// The same for paths of regular files.
  public static func checkDistinct(
    _ outputs: [String], from inputs: [String], where isRead: (_ path: String) -> Bool = { _ in true }
  ) throws(OutputError) {
    // What is not there yet cannot be read.
    var files: [FileIdentity: String] = [:]
    for path in outputs {
      if let identity = FileIdentity(path) { files[identity] = path }
    }
    guard !files.isEmpty else { return }
    func output(_ path: String) -> String? { FileIdentity(path).flatMap { files[$0] } }
    for input in inputs {
      if let path = output(input) {
        throw OutputError(.refused, path: path, reason: "it is the same file as \(input), which is read")
      }
      guard FileIdentity.isFolder(input) else { continue }
      for name in FolderListing.files(within: input, where: { _ in true }) ?? [] {
        let file = PathName.joined(input, name)
        guard let path = output(file), isRead(file) else { continue }
        throw OutputError(
          .refused, path: path, reason: "it is a file of \(input), which is read; choose a place outside of it")
      }
    }
  }

  private static func identity(_ destination: OutputDestination, _ path: String) -> Identity {
    switch destination {
    case .descriptor(let number): .descriptor(number)
    case .device(let place), .fifo(let place), .file(let place):
      FileIdentity(place).map(Identity.existing)
        ?? .new(folder: FileIdentity(PathName.folder(of: place)), name: PathName.lastComponent(of: place))
    }
  }
}
