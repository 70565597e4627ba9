import ArgumentParser
import CPUKernels
import Foundation
import ModelZoo

struct BenchmarkComponentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "components",
    abstract: "Time the work around a network: decoding, resizing, suppression and pooling.")

  @Option(help: "JPEG file to decode and resize, instead of one of 1280×720 made for it.")
  var image: String?
  @OptionGroup var repetitions: BenchmarkRepetitions

  func run() throws {
    try reportingErrors {
      repetitions.apply()
      try RunOutputs(texts: [("--json", repetitions.json)]).check(reading: [image])
      let photo = try image.map { path in
        try MissingInput.checkFile(path, "an image")
        return (bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), name: path)
      }
      let benchmark = try ComponentBenchmark(photo: photo, runs: repetitions.runs)
      var table = TextTable(header: ["component", "median, ms", "fastest, ms", ""], numericColumns: [1, 2])
      for component in benchmark.components {
        table.rows.append([
          component.name, String(format: "%.3f", component.medianMilliseconds),
          String(format: "%.3f", component.fastestMilliseconds), component.outcome ?? "",
        ])
      }
      print(table.text)
      print("\(repetitions.runs) runs; RoIAlign on \(KernelThreads.count) threads, the others on one")
      if let json = repetitions.json { try benchmark.write(to: json) }
    }
  }
}
