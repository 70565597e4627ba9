import FolderTesting
import Foundation
import Testing

/// Too little memory ends a run with a sentence and an exit code, never by a signal and never by waiting for ever, and
/// what it was writing is as before.
struct MemoryLimitTests {
  private let folder: TemporaryFolder
  private let names: [String: String]

  static let lines = [
    "detect DATA/images --model MODEL --json out.json",
    "evaluate --data DATA --model MODEL --resamples 1 --html out.html",
    "train CONFIG --data DATA --output out.run", "convert DATA out.yolo --to yolo --images copy",
  ]

  init() throws {
    folder = try TemporaryFolder()
    names = [
      "DATA": try folder.writeDataset(count: 4), "MODEL": try folder.writeModel(),
      "CONFIG": try folder.writeConfiguration(),
    ]
  }

  /// From what the loader alone takes to nearly enough.
  @Test(arguments: lines, [130, 160, 200, 240, 280, 320])
  func theEndIsOrderly(line: String, mebibytes: Int) throws {
    let filled = names.reduce(line) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    let file = line.split(separator: " ").last.map(String.init) ?? ""
    if line.hasPrefix("detect") || line.hasPrefix("evaluate") { _ = try folder.write("old", to: file) }
    // Without the traces of crashes that a developer may have switched on.
    let run = try CommandLineRun(
      shell: "export SWIFT_BACKTRACE=enable=no\nulimit -v \(mebibytes * 1024)\nperegrine \(filled)",
      folder: folder.path)
    // 127: the loader did not get as far as the program.
    #expect([0, 1, 75, 127].contains(run.status), "\(run.status): \(run.errors)")
    if run.status == 75 {
      #expect(run.errors.contains("memory") && run.errors.contains("peregrine: "), "\(run.errors)")
      #expect(!(line.hasPrefix("detect") || line.hasPrefix("evaluate")) || (try? folder.text(file)) == "old")
      #expect(!line.hasPrefix("convert") || !FileManager.default.fileExists(atPath: folder.path(file)))
    }
    let remains = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".partial") }
    #expect(remains.isEmpty, "\(remains)")
  }
}
