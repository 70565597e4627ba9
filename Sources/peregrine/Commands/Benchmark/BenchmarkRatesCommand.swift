import ArgumentParser
import CPUKernels
import Foundation

struct BenchmarkRatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rates",
    abstract: "Measure the rates by which the way of computing a convolution is chosen.",
    discussion: """
      'table' is what the program uses, one table for each set of instructions, so that a network is computed in the same way \
      in every run. Both are of one thread. ONEDNN_MAX_CPU_ISA=AVX2 measures AVX2 on a processor that has more.
      """)

  func run() throws {
    try reportingErrors {
      KernelThreads.count = 1
      print(floats(try ConvolutionRates.measured(), .current).text)
      if let measured = try BFloat16Rates.measured() { print(halves(measured, .current).text) }
      let peak = String(format: "%.0f", PeakRate.measure() / 1e9)
      print("\(OneDNN.instructionSet), one thread, peak of multiplications and additions \(peak) GFLOP/s")
    }
  }

  private func floats(_ measured: ConvolutionRates, _ table: ConvolutionRates) -> TextTable {
    var text = TextTable(header: ["rate", "measured", "table"], numericColumns: [1, 2])
    func row(_ name: String, _ format: String, _ value: (ConvolutionRates) -> Double) {
      text.rows.append([name, String(format: format, value(measured)), String(format: format, value(table))])
    }
    row("products, GFLOP/s", "%.0f") { 1e-9 / $0.secondsPerOperation }
    row("transforms, ns a value", "%.2f") { 1e9 * $0.secondsPerTransformedValue }
    row("weights from memory, GB/s", "%.1f") { 1e-9 / $0.secondsPerWeightByte }
    row("packing into new memory, GB/s", "%.1f") { 1e-9 / $0.secondsPerPackedByte }
    row("exposed share of the smaller", "%.2f") { $0.exposedShare }
    return text
  }

  private func halves(_ measured: BFloat16Rates, _ table: BFloat16Rates) -> TextTable {
    var text = TextTable(header: ["rate in bf16", "measured", "table"], numericColumns: [1, 2])
    func row(_ name: String, _ format: String, _ value: (BFloat16Rates) -> Double) {
      text.rows.append([name, String(format: format, value(measured)), String(format: format, value(table))])
    }
    row("products, GFLOP/s", "%.0f") { 1e-9 / $0.secondsPerOperation }
    row("products of transforms, GFLOP/s", "%.0f") { 1e-9 / $0.secondsPerFilteredOperation }
    row("transforms, ns a value", "%.2f") { 1e9 * $0.secondsPerTransformedValue }
    row("source, ns a value", "%.3f") { 1e9 * $0.secondsPerCopiedValue }
    row("results, ns a value", "%.3f") { 1e9 * $0.secondsPerResult }
    row("weights from memory, GB/s", "%.1f") { 1e-9 / $0.secondsPerWeightByte }
    row("packing into new memory, GB/s", "%.1f") { 1e-9 / $0.secondsPerPackedByte }
    row("conversions, ns a value", "%.2f") { 1e9 * $0.secondsPerConvertedValue }
    return text
  }
}
