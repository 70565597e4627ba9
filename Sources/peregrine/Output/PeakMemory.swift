import ArgumentParser
import CPUKernels
import Foundation
import ImageCodecs
import ModelZoo
import Models

/// The memory that a model needs on a few images, alone in a process of its own.
struct PeakMemory {
  var model: String
  /// nil for the model's own.
  var size: ImageSize?
  var proposals: Int?
  var threads: Int
  var images: [String]

  /// Bytes that the process held at most; nil where it did not come to its end.
  func bytes() -> Int? {
    guard Self.canStartProcess else { return nil }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      [PeakMemoryCommand.name, "--threads=\(threads)"] + (size.map { ["--size=\($0.width)x\($0.height)"] } ?? [])
      + (proposals.map { ["--proposals=\($0)"] } ?? []) + ["--", model] + images
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0, process.terminationReason == .exit else { return nil }
    return Int(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Foundation ends this program where it cannot have the pipes and sockets that go with another one, and waits for ever
  /// where a limit of memory keeps the thread from starting that watches the other one.
  private static var canStartProcess: Bool {
    let copies = (0..<20).map { _ in dup(STDOUT_FILENO) }
    defer { for copy in copies where copy >= 0 { close(copy) } }
    guard copies.allSatisfy({ $0 >= 0 }), let limits = try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
    else { return false }
    // Such as "Max address space  unlimited  unlimited  bytes": the limit in force, and what it may be raised to.
    return limits.split(separator: "\n").allSatisfy { line in
      guard line.hasPrefix("Max address space") || line.hasPrefix("Max data size") else { return true }
      return line.split(separator: " ").dropFirst(3).first == "unlimited"
    }
  }
}

/// The command of that process, which `compare` alone runs.
struct PeakMemoryCommand: ParsableCommand {
  static let name = "peak-memory"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Print how many bytes a model needs at most to detect on some images.",
    shouldDisplay: false)

  @Argument var model: String
  @Argument var images: [String]
  @Option var size: OptionList<ImageSize>?
  @Option var proposals: Int?
  @Option var threads: Int

  func run() throws {
    try reportingErrors {
      KernelThreads.count = threads
      var variant = try ModelVariant(contentsOf: model)
      if let size = size?.values.first { variant = try variant.resized(to: size) }
      if let proposals { variant = variant.proposing(proposals) }
      let detector = try variant.detector()
      for image in images { _ = try detector.detect(contentsOf: image) }
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      guard let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
        throw ExitStatus.inputOutput
      }
      print(kibibytes * 1024)
    }
  }
}
