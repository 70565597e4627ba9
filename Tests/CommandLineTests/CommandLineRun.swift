import FolderTesting
import Foundation

/// One run of the built program as a child process.
struct CommandLineRun {
  let status: Int32
  let output: String
  let errors: String

  /// Runs `peregrine` with these arguments on one thread, with help text 100 columns wide.
  init(_ arguments: String...) throws { try self.init(arguments) }

  /// - Parameters:
  ///   - input: what the program finds in standard input.
  ///   - current: the folder to which relative paths are; by default that of the tests.
  init(_ arguments: [String], input: Data = Data(), folder current: String? = nil) throws {
    try self.init(Self.executable(), arguments, input: input, folder: current)
  }

  /// Runs a line of shell in which `peregrine` is the program; a program that hangs is ended, with status 124 or 137.
  init(shell line: String, folder current: String? = nil) throws {
    let script = "peregrine() { timeout -k 1 120 \"$PEREGRINE\" \"$@\"; }\n" + line
    try self.init(URL(fileURLWithPath: "/bin/bash"), ["-c", script], input: Data(), folder: current)
  }

  private init(_ program: URL, _ arguments: [String], input: Data, folder current: String?) throws {
    let folder = try TemporaryFolder()
    let streams = try ["output", "errors"].map { name in
      _ = FileManager.default.createFile(atPath: folder.path(name), contents: nil)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path(name)))
    }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let current { process.currentDirectoryURL = URL(fileURLWithPath: current) }
    process.environment = try ProcessInfo.processInfo.environment.merging(
      ["COLUMNS": "100", "OMP_NUM_THREADS": "1", "PEREGRINE": Self.executable().path]) { $1 }
    try input.write(to: URL(fileURLWithPath: folder.path("input")))
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path("input")))
    // Files, since a full pipe would stop the program.
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    // Threads of the test runner may have signals blocked, which a child inherits.
    var (signals, before) = (sigset_t(), sigset_t())
    sigfillset(&signals)
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = try String(contentsOfFile: folder.path("output"), encoding: .utf8)
    errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
  }

  struct ProgramMissing: Error, CustomStringConvertible {
    var candidates: [String]
    var description: String { "peregrine is not built; looked for \(candidates.joined(separator: ", "))" }
  }

  /// The program beside the test bundle, or in the package's build folder.
  static func executable() throws -> URL {
    let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    let folders = [
      Bundle.main.bundleURL, bundle, package.appendingPathComponent(".build/release"),
      package.appendingPathComponent(".build/debug"),
    ]
    let candidates = folders.map { $0.appendingPathComponent("peregrine") }
    guard
      let found = candidates.first(where: {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder) && !isFolder.boolValue
      })
    else { throw ProgramMissing(candidates: candidates.map(\.path)) }
    return found
  }
}
