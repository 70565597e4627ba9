import Files
import Foundation

/// The scenes finished so far, a line of JSON each behind a line that says of which run: what a stopped run leaves.
struct SceneJournal {
  let path: String
  /// By scene number.
  private(set) var records: [Int: SceneRecord] = [:]
  private let writer: OutputWriter

  /// - Parameters:
  ///   - heading: One line that tells runs apart.
  ///   - resuming: Read what is there, if it has the same heading.
  /// - Throws: ``SceneFolderError``, or an `OutputError` where it cannot be written.
  init(path: String, heading: String, resuming: Bool) throws {
    self.path = path
    let exists = FileManager.default.fileExists(atPath: path)
    guard resuming || !exists else {
      throw SceneFolderError(
        path: path, problem: "an interrupted run left this; continue it with --resume, or give a new folder")
    }
    var end = heading.utf8.count + 1
    if exists {
      (records, end) = try Self.read(path, heading: heading)
    } else {
      try OutputFile.write("\(heading)\n", to: path)
    }
    // What a killed run wrote of its last line goes.
    writer = try OutputWriter(continuing: path, after: end)
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
    try writer.write(Array(try encoder.encode(record)) + [UInt8(ascii: "\n")])
    records[record.number] = record
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
