import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Inference
import Testing

/// `detect` over many images and over streams: order, what is written when, and how a run is stopped.
struct DetectStreamTests {
  private let folder: TemporaryFolder
  private let model: String
  /// PNG files of 64×64.
  private let frames: [Data]

  init() throws {
    var generator = SeededGenerator(seed: 5)
    folder = try TemporaryFolder()
    model = try folder.writeModel()
    var frames: [Data] = []
    for index in 0..<9 {
      let path = try folder.writeImage("images/\(index).png", generator: &generator).path
      frames.append(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    self.frames = frames
  }

  private func reports(_ name: String) throws -> [DetectionReport] {
    try JSONDecoder().decode([DetectionReport].self, from: Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func threadsDoNotChangeTheResult() throws {
    var written: [Data] = []
    for threads in ["1", "3"] {
      let json = folder.path("\(threads).json")
      let run = try CommandLineRun(
        "detect", folder.path("images"), "--model", model, "--confidence", "0.0001", "--threads", threads, "--json",
        json)
      #expect(run.status == 0, "\(run.errors)")
      written.append(try Data(contentsOf: URL(fileURLWithPath: json)))
    }
    #expect(written[0] == written[1])
    #expect(try reports("1.json").map { ($0.image as NSString).lastPathComponent } == (0..<9).map { "\($0).png" })
  }

  @Test func aStreamFindsWhatTheFilesHold() throws {
    let files = try CommandLineRun(
      "detect", folder.path("images"), "--model", model, "--confidence", "0.0001", "--json", folder.path("files.json"))
    #expect(files.status == 0)
    let run = try CommandLineRun(
      [
        "detect", "-", "--model", model, "--confidence", "0.0001", "--threads", "2", "--json",
        folder.path("stream.json"), "--coco", folder.path("coco.json"), "--annotate", folder.path("drawn"),
      ], input: Data(frames.joined()))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("frame 1 (64×64)\n"))
    let (fromFiles, fromStream) = (try reports("files.json"), try reports("stream.json"))
    #expect(fromStream.map(\.image) == (1...9).map { "frame \($0)" })
    #expect(fromStream.map(\.detections) == fromFiles.map(\.detections))
    #expect(fromStream.contains { !$0.detections.isEmpty })
    let copies = try FileManager.default.contentsOfDirectory(atPath: folder.path("drawn")).sorted()
    #expect(copies == (1...9).map { "frame-00000\($0).jpg" })
    #expect(try names().contains("coco.images.json"))
  }

  @Test func rawFramesAreRead() throws {
    let images = try frames.map { try RGBImage(encoded: Array($0), name: "frame") }
    let raw = Data(images.flatMap(\.pixels))
    let encoded = try CommandLineRun(
      ["detect", "-", "--model", model, "--confidence", "0.0001", "--json-lines", "-"], input: Data(frames.joined()))
    let run = try CommandLineRun(
      ["detect", "-", "--raw", "64x64", "--model", model, "--confidence", "0.0001", "--json-lines", "-"], input: raw)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == encoded.output)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 9)
    let last = try JSONDecoder().decode(DetectionReport.self, from: Data(try #require(lines.last).utf8))
    #expect(last.image == "frame 9" && last.width == 64)
  }

  @Test func aFrameThatIsCutShortLeavesTheOthers() throws {
    let lines = folder.path("lines.jsonl")
    let run = try CommandLineRun(
      ["detect", "-", "--model", model, "--json-lines", lines], input: frames[0] + frames[1] + frames[2].dropLast(20))
    #expect(run.status == 1)
    #expect(run.errors.contains("peregrine: frame 3: truncated"))
    #expect(run.errors.contains("1 of 3 frames failed"))
    #expect(try String(contentsOfFile: lines, encoding: .utf8).split(separator: "\n").count == 2)
  }

  @Test func aStreamWithoutImagesIs65() throws {
    let run = try CommandLineRun(["detect", "-", "--model", model, "--json", folder.path("none.json")])
    #expect(run.status == 65)
    #expect(run.errors.contains("no image arrived"))
    #expect(try !names().contains("none.json"))
  }

  @Test(arguments: [["IMAGE", "-"], ["IMAGE", "--raw", "2x2"], ["-", "--raw", "0x2"], ["-", "--raw", "2"]])
  func wrongUsageIs64(arguments: [String]) throws {
    let all = arguments.map { $0 == "IMAGE" ? folder.path("images/0.png") : $0 }
    #expect(try CommandLineRun(["detect", "--model", model] + all).status == 64)
  }

  /// Starts the program, reads a line, and sends it a signal.
  private func interrupted(_ arguments: [String], input: Pipe) throws -> (status: Int32, first: String) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = try CommandLineRun.executable()
    process.arguments = ["detect", "--model", model, "--threads", "2"] + arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    // Threads of the test runner may have signals blocked, which a child inherits.
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    try process.run()
    pthread_sigmask(SIG_SETMASK, &before, nil)
    let first = output.fileHandleForReading.availableData
    process.interrupt()
    _ = try output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    return (process.terminationStatus, String(decoding: first, as: UTF8.self))
  }

  @Test(.timeLimit(.minutes(1))) func anInterruptedRunWritesNothing() throws {
    let images = [String](repeating: folder.path("images/0.png"), count: 4000)
    let run = try interrupted(
      images + ["--json", folder.path("found.json"), "--coco", folder.path("coco.json")], input: Pipe())
    #expect(run.status == 130)
    #expect(run.first.hasPrefix("\(images[0]) (64×64)"))
    #expect(try names() == ["images", "model.safetensors"])
  }

  @Test(.timeLimit(.minutes(1))) func anInterruptedStreamWritesWhatIsDone() throws {
    let input = Pipe()
    // The pipe stays open: the program waits for more.
    try input.fileHandleForWriting.write(contentsOf: frames[0] + frames[1].dropLast(30))
    let run = try interrupted(["-", "--json", folder.path("found.json")], input: input)
    #expect(run.status == 130)
    #expect(run.first.hasPrefix("frame 1 (64×64)"))
    #expect(try reports("found.json").map(\.image) == ["frame 1"])
  }
}
