import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// A limit of file sizes, which ends programs that do not expect it: every writer says what it could not write, keeps
/// the file that was there, and leaves no other.
struct FileSizeLimitTests {
  private let folder: TemporaryFolder
  private let names: [String: String]

  /// OUT is a file that is there already.
  static let files = [
    "detect DATA/images --model MODEL --json OUT --confidence 0", "evaluate --data DATA --model MODEL --json OUT",
    "detect DATA/images --model MODEL --coco OUT --confidence 0",
    "evaluate --data DATA --model MODEL --resamples 1 --html OUT", "audit DATA --json OUT",
    "compare MODEL --data DATA --resamples 1 --html OUT",
    "pack MODEL --output OUT", "export MODEL --output OUT", "benchmark MODEL --runs 1 --json OUT",
  ]
  /// OUT is a new folder.
  static let folders = [
    "train CONFIG --data DATA --output OUT", "convert DATA OUT --to coco",
    "detect large.png --model MODEL --annotate OUT", "synthesize OUT --count 1 --size 96x96",
  ]

  init() throws {
    folder = try TemporaryFolder()
    names = [
      "DATA": try folder.writeDataset(count: 24), "MODEL": try folder.writeModel(),
      "CONFIG": try folder.writeConfiguration(),
    ]
  }

  private func run(_ line: String, to output: String) throws -> CommandLineRun {
    let filled = names.reduce(line) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
      .replacingOccurrences(of: "OUT", with: output)
    // In units of 1024 bytes.
    return try CommandLineRun(shell: "ulimit -f 1\nperegrine \(filled) >/dev/null", folder: folder.path)
  }

  private func check(_ run: CommandLineRun, names output: String) throws {
    #expect(run.status == 73, "\(run.errors)")
    let last = run.errors.split(separator: "\n").last ?? ""
    #expect(
      last.hasPrefix("peregrine: \(output)") && last.hasSuffix(": cannot be written: File too large"), "\(run.errors)")
    // Once is enough.
    #expect(last.components(separatedBy: output).count == 2, "\(last)")
    let remains = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".partial") }
    #expect(remains.isEmpty, "\(remains)")
  }

  @Test(arguments: files)
  func anOldFileIsKept(line: String) throws {
    _ = try folder.write("old", to: "there.onnx")
    try check(run(line, to: "there.onnx"), names: "there")
    #expect(try folder.text("there.onnx") == "old")
  }

  @Test(arguments: folders)
  func aFolderIsNotHalfWritten(line: String) throws {
    let noise = (0..<200 * 200 * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    _ = try folder.write(RGBImage(size: ImageSize(width: 200, height: 200), pixels: noise), to: "large.png")
    try check(run(line, to: "made"), names: "made/")
    if line.hasPrefix("convert") { #expect(!FileManager.default.fileExists(atPath: folder.path("made"))) }
  }

  @Test func detectStopsAtTheFirstCopy() throws {
    for number in 0..<20 {
      let noise = (0..<200 * 200 * 3).map { UInt8(truncatingIfNeeded: ($0 + number) &* 2_654_435_761 >> 7) }
      _ = try folder.write(RGBImage(size: ImageSize(width: 200, height: 200), pixels: noise), to: "many/\(number).png")
    }
    let run = try run("detect many --model MODEL --threads 1 --annotate OUT", to: "made")
    try check(run, names: "made/")
    #expect(run.errors.components(separatedBy: "cannot be written").count == 2, "\(run.errors)")
  }
}
