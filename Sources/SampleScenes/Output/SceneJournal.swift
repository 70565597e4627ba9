import Foundation

/// The scenes finished so far, a line of JSON each behind a line that says of which run: what a stopped run leaves.
struct SceneJournal {
  let path: String
  /// By scene number.
  private(set) var records: [Int: SceneRecord] = [:]
  private let handle: FileHandle

  /// - Parameters:
  ///   - heading: One line that tells runs apart.
  ///   - resuming: Read what is there, if it has the same heading.
  init(path: String, heading: String, resuming: Bool) throws(SceneFolderError) {
    self.path = path
    let exists = FileManager.default.fileExists(atPath: path)
    guard resuming || !exists else {
      throw SceneFolderError(
        path: path, problem: "an interrupted run left this; continue it with --resume, or give a new folder")
    }
    var end = 0
    if exists { (records, end) = try Self.read(path, heading: heading) }
    do {
      if !exists { try Data("\(heading)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }
      handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      // What a killed run wrote of its last line goes.
      if exists { try handle.truncate(atOffset: UInt64(end)) }
      try handle.seekToEnd()
    } catch {
      throw Self.unwritable(path, error)
    }
  }

  private static func unwritable(_ path: String, _ error: any Error) -> SceneFolderError {
    // Foundation's sentence names the file again; what the system said is underneath.
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    let reason =
      cause.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
    return SceneFolderError(path: path, problem: "cannot be written: \(reason)")
  }

  /// The scenes of the whole lines, and where those end.
  private static func read(
    _ path: String, heading: String
  ) throws(SceneFolderError) -> (records: [Int: SceneRecord], end: Int) {
    var records: [Int: SceneRecord] = [:]
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SceneFolderError(path: path, problem: "cannot be read")
    }
    let whole = data.prefix((data.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
    let lines = whole.split(separator: UInt8(ascii: "\n"))
    guard lines.first?.elementsEqual(heading.utf8) == true else {
      throw SceneFolderError(
        path: path, problem: "belongs to a run with other settings; --resume needs the same options")
    }
    for (index, line) in lines.enumerated().dropFirst() {
      do {
        let record = try JSONDecoder().decode(SceneRecord.self, from: Data(line))
        records[record.number] = record
      } catch {
        throw SceneFolderError(path: "\(path):\(index + 1)", problem: "is not a finished scene; give a new folder")
      }
    }
    return (records, whole.count)
  }

  mutating func append(_ record: SceneRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do {
      try handle.write(contentsOf: try encoder.encode(record) + Data("\n".utf8))
    } catch {
      throw Self.unwritable(path, error)
    }
    records[record.number] = record
  }

  func remove() {
    try? handle.close()
    try? FileManager.default.removeItem(atPath: path)
  }
}
