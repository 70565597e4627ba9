import FolderTesting
import Foundation
import Testing

/// Standard streams that are closed, or whose disk is full, with every command: nothing is lost in silence, no output
/// file gets what was meant for them, and no signal ends the program.
struct StandardStreamTests {
  private let folder: TemporaryFolder
  private let names: [String: String]

  static let lines = [
    "train CONFIG --data DATA --output run", "detect DATA/images --model MODEL", "evaluate --data DATA --model MODEL",
    "compare MODEL --data DATA --resamples 1", "audit DATA", "convert DATA out.csv --to csv", "inspect MODEL",
    "benchmark MODEL --runs 1", "explain-map --ground-truth TRUTH --detections FOUND", "pack MODEL --output out.model",
    "export MODEL --output out.onnx", "verify MODEL MODEL --images DATA/images", "--help",
    "synthesize out.scenes --count 1 --size 64x64",
  ]

  init() throws {
    folder = try TemporaryFolder()
    let truth = """
      {"images": [{"id": 1, "file_name": "100.png", "width": 64, "height": 64}],
       "categories": [{"id": 1, "name": "red"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20], "area": 400, "iscrowd": 0}]}
      """
    names = [
      "DATA": try folder.writeDataset(count: 4), "MODEL": try folder.writeModel(),
      "CONFIG": try folder.writeConfiguration(), "TRUTH": try folder.write(truth, to: "truth.json"),
      "FOUND": try folder.write(
        #"[{"image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20], "score": 0.5}]"#, to: "found.json"),
    ]
  }

  private func run(_ line: String, _ redirection: String) throws -> CommandLineRun {
    let filled = names.reduce(line) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    return try CommandLineRun(shell: "rm -rf run out.*\nperegrine \(filled) \(redirection)", folder: folder.path)
  }

  @Test(arguments: lines)
  func standardErrorMayBeAbsent(line: String) throws {
    let plain = try run(line, "")
    #expect((0...1).contains(plain.status), "\(plain.errors)")
    for redirection in ["2>/dev/full", "2>&-", "<&- 2>&-"] {
      #expect(try run(line, redirection).status == plain.status, "\(redirection)")
    }
  }

  @Test(arguments: lines)
  func whatIsPrintedAndLostIsAnError(line: String) throws {
    for (redirection, reason) in [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")] {
      let run = try run(line, redirection)
      #expect(run.status == 74, "\(redirection)")
      #expect(run.errors.hasSuffix("peregrine: standard output: cannot be written: \(reason)\n"), "\(run.errors)")
    }
    let silent = try run(line, "<&- >&- 2>&-")
    #expect(silent.status == 74 && silent.output.isEmpty && silent.errors.isEmpty)
  }

  /// The first file that is opened would get the number of a closed stream, and the messages with it.
  @Test(arguments: ["<&- 2>&-", "2>&-", "<&-"])
  func anOutputHoldsNoMessages(redirection: String) throws {
    _ = try folder.write("no image", to: "data/images/x.png")
    let run = try run("detect DATA/images --model MODEL --json out.json --json-lines out.lines", redirection)
    #expect(run.status == 1)
    let list = try JSONSerialization.jsonObject(with: Data(folder.text("out.json").utf8)) as? [Any]
    #expect(list?.count == 4)
    let lines = try folder.text("out.lines").split(separator: "\n")
    #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
  }
}
