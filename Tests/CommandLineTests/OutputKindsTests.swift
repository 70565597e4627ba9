import FolderTesting
import Foundation
import Testing

/// Every option that writes a file, with every kind of place: what is no regular file stays what it is.
struct OutputKindsTests {
  private let folder: TemporaryFolder
  private let names: [String: String]

  /// Command lines with names of files, OUT for the output; behind the bar, a file that the command reads.
  static let texts = [
    "detect IMAGE --model MODEL --json OUT | IMAGE", "detect IMAGE --model MODEL --coco OUT | MODEL",
    "detect IMAGE --model MODEL --json-lines OUT | IMAGE",
    "evaluate --ground-truth TRUTH --detections FOUND --json OUT | TRUTH",
    "evaluate --ground-truth TRUTH --detections FOUND --resamples 1 --csv OUT | FOUND",
    "evaluate --ground-truth TRUTH --detections FOUND --resamples 1 --html OUT | TRUTH",
    "evaluate --ground-truth TRUTH --detections FOUND --save-curves OUT | FOUND",
    "evaluate --ground-truth TRUTH --detections FOUND --save-ground-truth OUT | TRUTH",
    "evaluate --ground-truth TRUTH --detections FOUND --shard 1/1 --part OUT | TRUTH",
    "evaluate --data DATA --model MODEL --save-detections OUT | DATA/labels/100.txt",
    "merge PART --json OUT | PART", "audit DATA --json OUT | DATA/labels/100.txt",
    "audit DATA --patch OUT | DATA/images/100.png",
    "explain-map --ground-truth TRUTH --detections FOUND --json OUT | TRUTH",
    "verify MODEL MODEL --images IMAGE --json OUT | IMAGE",
    "benchmark CONFIG --runs 1 --classes 2 --json OUT | CONFIG",
    "compare FOUND --data DATA --resamples 1 --json OUT | FOUND",
    "compare FOUND --data DATA --resamples 1 --csv OUT | DATA/labels/100.txt",
  ]
  static let models = ["pack MODEL --output OUT | MODEL"]

  init() throws {
    folder = try TemporaryFolder()
    let data = try folder.writeDataset(count: 2)
    let truth = """
      {"images": [{"id": 1, "file_name": "100.png", "width": 64, "height": 64}],
       "categories": [{"id": 1, "name": "red"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20], "area": 400, "iscrowd": 0}]}
      """
    names = [
      "DATA": data, "IMAGE": data + "/images/100.png", "MODEL": try folder.writeModel(),
      "CONFIG": try folder.writeConfiguration(), "TRUTH": try folder.write(truth, to: "truth.json"),
      "FOUND": try folder.write(
        #"[{"image_id": 1, "file_name": "100.png", "category_id": 1, "category_name": "red", "bbox": [1, 1, 20, 20], "#
          + #""score": 0.5}]"#, to: "found.json"),
      "PART": folder.path("part.json"),
    ]
  }

  /// Runs with the folder as the current one, so that names of one character can be given.
  private func run(_ line: String, to output: String) throws -> CommandLineRun {
    let command = line.components(separatedBy: " | ")[0]
    if command.hasPrefix("merge"), !FileManager.default.fileExists(atPath: folder.path("part.json")) {
      let shares = try run("evaluate --ground-truth TRUTH --detections FOUND --shard 1/1 --part OUT", to: "part.json")
      #expect(shares.status == 0, "\(shares.errors)")
    }
    return try CommandLineRun(
      command.split(separator: " ").map { $0 == "OUT" ? output : filled(String($0)) }, folder: folder.path)
  }

  private func filled(_ text: String) -> String {
    names.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
  }

  private func kind(_ name: String) -> mode_t {
    var status = stat()
    return lstat(folder.path(name), &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  private func bytes(_ name: String) -> [UInt8] {
    [UInt8](FileManager.default.contents(atPath: folder.path(name)) ?? Data())
  }

  private var remains: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".partial") }
  }

  @Test(arguments: texts + models)
  func filesAndLinks(line: String) throws {
    let plain = try run(line, to: "a")
    // Of an empty list there are two bytes.
    let start = Array(bytes("a").prefix(2))
    #expect((0...1).contains(plain.status) && start.count == 2, "\(plain.errors)")
    _ = try folder.write("old", to: "target")
    for (link, target) in [("l", "target"), ("d", "made")] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(link), withDestinationPath: target)
      #expect(try run(line, to: link).status == plain.status)
      #expect(kind(link) == S_IFLNK && kind(target) == S_IFREG)
      #expect(Array(bytes(target).prefix(2)) == start)
    }
    #expect(remains.isEmpty)
  }

  @Test(arguments: texts + models)
  func devicesAndPipes(line: String) throws {
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    let reader = Process()
    reader.executableURL = URL(fileURLWithPath: "/bin/sh")
    reader.arguments = ["-c", "cat '\(folder.path("fifo"))' > '\(folder.path("got"))'"]
    try reader.run()
    let run = try run(line, to: "fifo")
    // A run that fails before it writes leaves its reader waiting.
    if !(0...1).contains(run.status) { reader.terminate() }
    reader.waitUntilExit()
    #expect((0...1).contains(run.status) && kind("fifo") == S_IFIFO && !bytes("got").isEmpty, "\(run.errors)")
    #expect(try self.run(line, to: "/dev/full").status == 74)
    #expect(remains.isEmpty)
  }

  @Test(.enabled(if: mayMakeDevices, "this user may not make devices"), arguments: texts + models)
  func devicesOfAnyName(line: String) throws {
    #expect(mknod(folder.path("null"), S_IFCHR | 0o666, Self.nullDevice) == 0)
    #expect(try run(line, to: "null").status == run(line, to: "a").status)
    #expect(kind("null") == S_IFCHR)
    #expect(remains.isEmpty)
  }

  /// Major number 1, minor number 3.
  private static let nullDevice: dev_t = 1 << 8 | 3

  private static let mayMakeDevices: Bool = {
    let path = FileManager.default.temporaryDirectory.path + "/peregrine-device-" + UUID().uuidString
    defer { unlink(path) }
    return geteuid() == 0 && mknod(path, S_IFCHR | 0o666, nullDevice) == 0
  }()

  @Test(arguments: texts)
  func standardOutputHoldsTheTextAlone(line: String) throws {
    let plain = try run(line, to: "a")
    let run = try run(line, to: "-")
    #expect(run.status == plain.status, "\(run.errors)")
    #expect(Array(run.output.utf8.prefix(2)) == Array(bytes("a").prefix(2)))
    if line.contains("json OUT") {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(run.output.utf8)) }
    }
    #expect(kind("-") == 0)
  }

  @Test(arguments: texts + models)
  func anInputIsNotReplaced(line: String) throws {
    let input = filled(line.components(separatedBy: " | ")[1])
    if line.hasPrefix("merge") { _ = try run(line, to: "a") }
    #expect(link(input, folder.path("hard")) == 0)
    let before = bytes("hard")
    let run = try run(line, to: "hard")
    #expect(run.status == 73 && run.errors.contains("hard: cannot be written: it is "), "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(bytes("hard") == before && FileManager.default.contents(atPath: input) == Data(before))
  }

  @Test func aModelIsNotPrinted() throws {
    for line in ["pack MODEL --output OUT", "quantize MODEL --data DATA --output OUT"] {
      let run = try run(line, to: "-")
      #expect(run.status == 64 && run.output.isEmpty && run.errors.contains("--output is no text"), "\(run.errors)")
    }
  }

  @Test func twoOptionsDoNotShareAnOutput() throws {
    let run = try run("evaluate --ground-truth TRUTH --detections FOUND --json OUT --csv ./x", to: "x")
    #expect(run.status == 64 && run.errors.contains("--json and --csv both go there"))
    #expect(kind("x") == 0)
  }

  @Test func convertFollowsLinksAndFillsPipes() throws {
    try FileManager.default.createSymbolicLink(atPath: folder.path("l.json"), withDestinationPath: "made.json")
    #expect(try run("convert TRUTH OUT --to coco", to: "l.json").status == 0)
    #expect(kind("l.json") == S_IFLNK && !bytes("made.json").isEmpty)
    // Neither the source nor any other file is replaced.
    #expect(try run("convert TRUTH OUT --to coco", to: "truth.json").status == 73)
    let printed = try run("convert TRUTH OUT --to csv", to: "-")
    #expect(printed.status == 0 && printed.output.hasPrefix("image,width,height,"), "\(printed.output)")
    #expect(try run("convert TRUTH OUT --to voc", to: "/dev/null").status == 73)
  }

  @Test func whatIsPrintedAndLostIsAnError() throws {
    let line = "'\(try CommandLineRun.executable().path)' evaluate --ground-truth '\(filled("TRUTH"))' --detections"
    for (redirection, status) in [
      (">/dev/full", 74), (">&-", 74), ("2>/dev/full", 0), ("2>&-", 0), (">/dev/null --json none/a 2>/dev/full", 73),
    ] as [(String, Int32)] {
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = ["-c", "\(line) '\(filled("FOUND"))' \(redirection)"]
      shell.standardOutput = FileHandle.nullDevice
      shell.standardError = FileHandle.nullDevice
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationStatus == status, "\(redirection)")
    }
  }
}
