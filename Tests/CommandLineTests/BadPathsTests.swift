import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Inputs and outputs that cannot be used: one sentence, the right code, nothing written.
struct BadPathsTests {
  /// A command with names of files in the test's folder, the code, and what the sentence says. FILE is an image, EMPTY
  /// an empty folder, LIST an empty list, ALL a list of all images, NONE is not there.
  struct Case: CustomTestStringConvertible {
    var arguments: String
    var status: Int32
    var sentence: String
    var testDescription: String { arguments }

    init(_ arguments: String, _ status: Int32, _ sentence: String) {
      self.arguments = arguments
      self.status = status
      self.sentence = sentence
    }
  }

  static let detect = [
    Case("EMPTY", 65, "EMPTY: there is no image in this folder; expected JPEG, PNG"),
    Case("NONE", 66, "NONE: no such file or folder; expected an image"),
    Case("--data EMPTY", 65, "EMPTY: found neither VOC"),
    Case("FILE --annotate FILE", 73, "FILE: cannot be written: FILE is a file"),
    Case("FILE --annotate FILE/x", 73, "FILE/x: cannot be written: FILE is a file"),
    Case("FILE --annotate DATA/images", 73, "FILE: cannot be written: it is the same file as FILE, which is read"),
    Case("FILE --json NONE/x.json", 73, "NONE/x.json: cannot be written: there is no folder NONE"),
    Case("FILE --coco NONE/x.json", 73, "NONE/x.json: cannot be written: there is no folder NONE"),
    Case("FILE --json EMPTY", 73, "EMPTY: cannot be written: it is a folder"),
  ]
  static let evaluate = [
    Case("--data EMPTY", 65, "EMPTY: found neither VOC"),
    Case("--data FILE", 65, "FILE: expected a folder"),
    Case("--data DATA --list LIST", 65, "LIST: names no image; expected one file name or path of an image a line"),
    Case("--data DATA --list EMPTY", 65, "EMPTY: is a folder; expected a text file with image names"),
    Case("--data DATA --list FILE", 65, "FILE: not a text file in UTF-8"),
    Case("--data DATA --save-detections NONE/x.json", 73, "NONE/x.json: cannot be written: there is no folder NONE"),
    Case("--data DATA --save-ground-truth FILE/x.json", 73, "FILE/x.json: cannot be written: there is no folder FILE"),
  ]
  static let train = [
    Case("FILE --data DATA", 65, "FILE: the file is not UTF-8 text"),
    Case("EMPTY --data DATA", 65, "EMPTY: is a folder; expected a configuration file (YAML)"),
    Case("NONE --data DATA", 66, "NONE: no such file or folder; expected a configuration file"),
    Case("CONFIG --data EMPTY", 65, "EMPTY: found neither VOC"),
    Case("CONFIG --data FILE", 65, "FILE: expected a folder"),
    Case(
      "CONFIG --data DATA --validation LIST", 65,
      "LIST: names no image; expected one file name or path of an image a line"),
    Case("CONFIG --data DATA --validation ALL", 65, "ALL: names every image of DATA, which leaves none to train on"),
    Case("CONFIG --data DATA --validation EMPTY", 65, "EMPTY: found neither VOC"),
    Case("CONFIG --data DATA --resume", 66, "RUN/checkpoints/last.safetensors: no such file or folder"),
  ]

  private func check(_ command: String, _ test: Case, adding more: [String], in folder: TemporaryFolder) throws {
    let data = try folder.writeDataset(count: 2)
    try FileManager.default.createDirectory(atPath: folder.path("nothing"), withIntermediateDirectories: true)
    let names = [
      "FILE": data + "/images/100.png", "EMPTY": folder.path("nothing"), "NONE": folder.path("none"), "DATA": data,
      "LIST": try folder.write("\n# nothing\n", to: "list.txt"), "ALL": try folder.write("100\n101\n", to: "all.txt"),
      "CONFIG": try folder.writeConfiguration(), "RUN": folder.path("run"),
    ]
    func filled(_ text: String) -> String {
      names.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let image = try Data(contentsOf: URL(fileURLWithPath: data + "/images/100.png"))
    let run = try CommandLineRun([command] + test.arguments.split(separator: " ").map { filled(String($0)) } + more)
    #expect(run.status == test.status)
    #expect(run.errors.hasPrefix("peregrine: \(filled(test.sentence))"), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == before)
    #expect(try Data(contentsOf: URL(fileURLWithPath: data + "/images/100.png")) == image)
  }

  @Test(arguments: detect)
  func detectRefuses(_ test: Case) throws {
    let folder = try TemporaryFolder()
    let model = ["--model", try folder.writeModel()]
    let json = test.arguments.contains("--json") ? [] : ["--json", folder.path("found.json")]
    let drawn = test.arguments.contains("--annotate") ? [] : ["--annotate", folder.path("drawn")]
    try check("detect", test, adding: model + json + drawn, in: folder)
  }

  @Test(arguments: evaluate)
  func evaluateRefuses(_ test: Case) throws {
    let folder = try TemporaryFolder()
    let more = ["--model", try folder.writeModel(), "--json", folder.path("metrics.json")]
    try check("evaluate", test, adding: more, in: folder)
  }

  @Test(arguments: train)
  func trainRefuses(_ test: Case) throws {
    let folder = try TemporaryFolder()
    try check("train", test, adding: ["--output", folder.path("run")], in: folder)
  }

  @Test func aWrongFractionLeavesNoFolder() throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(), try folder.writeDataset(count: 2))
    let run = try CommandLineRun(
      "train", configuration, "--data", data, "--validation", "1.5", "--output", folder.path("run"))
    #expect(run.status == 64 && run.errors.contains("between 0 and 1, not 1.5"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  /// A place that no permission opens, not even to root.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self"), "there is no /proc here"))
  func whatTheSystemRefusesIs73() throws {
    let folder = try TemporaryFolder()
    let (model, data) = (try folder.writeModel(), try folder.writeDataset(count: 1))
    for arguments in [
      ["detect", "--json"], ["detect", "--coco"], ["detect", "--annotate"], ["evaluate", "--json"],
      ["evaluate", "--save-detections"], ["evaluate", "--save-ground-truth"],
    ] {
      let run = try CommandLineRun(arguments + ["/proc/peregrine.json", "--model", model, "--data", data])
      #expect(run.status == 73, "\(arguments)")
      let last = run.errors.split(separator: "\n").last ?? ""
      #expect(last.hasPrefix("peregrine: /proc/peregrine.json: cannot be written: "), "\(run.errors)")
      #expect(!last.contains("Error Domain"))
    }
  }

  @Test func awkwardFilesAreReadOrNamed() throws {
    let folder = try TemporaryFolder()
    let samples = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
      .appendingPathComponent("Samples/Awkward").path
    let run = try CommandLineRun(
      "detect", samples, "--model", try folder.writeModel(), "--annotate", folder.path("drawn"))
    #expect(run.status == 1)
    for (name, reason) in [("not-an-image.jpg", "not an image"), ("truncated.jpg", "truncated")] {
      #expect(run.errors.contains("\(samples)/\(name): \(reason)"))
    }
    #expect(run.errors.contains("2 of 9 images failed"))
    let upright = try RGBImage(contentsOf: folder.path("drawn/upright.jpg"))
    for name in ["exif-rotated.jpg", "grey.jpg", "cmyk.jpg", "16-bit.png", "transparent.png", "palette.png"] {
      #expect(try ImageHeader.read(folder.path("drawn/" + name)).size == upright.size, "\(name)")
    }
  }
}
