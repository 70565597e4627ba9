import ArgumentParser
import CPUKernels
import FasterRCNN
import Files
import Foundation

struct BenchmarkRegionPoolingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roi-align",
    abstract: "Time the pooling of 1,000 regions of 256 channels, forward and backward.")

  @OptionGroup var repetitions: BenchmarkRepetitions

  func run() throws {
    try reportingErrors {
      repetitions.apply()
      try RunOutputs(texts: [("--json", repetitions.json)]).check(reading: [])
      let result = RegionPoolingBenchmark.run(regions: 1000, channels: 256, mapSize: 200, runs: repetitions.runs)
      func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
      let (forward, backward) = (median(result.forward), median(result.backward))
      print(
        String(
          format: "RoIAlign of 1000 regions, 256 channels, 7×7, sampling ratio 2: forward %.2f ms, backward %.2f ms, "
            + "medians of %d runs, %d threads", 1e3 * forward, 1e3 * backward, repetitions.runs, KernelThreads.count))
      if let json = repetitions.json {
        try OutputFile.writeJSON(["forward": forward, "backward": backward], to: json)
      }
    }
  }
}
