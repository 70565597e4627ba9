import ArgumentParser
import WorkedExamples

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Write out a small calculation step by step, as on a lecturer's board.",
    discussion: """
      The file (YAML) has an input, small matrices or a piece of an image, and steps: convolution, pooling, relu, \
      fullyConnected, softmax, crossEntropy, backward; iou, anchorMatching, suppression, averagePrecision. Every number \
      is computed by the kernels that networks run on, and again by the formula that is printed; the program stops \
      where the two differ, or where a step's result is not the one that the file expects. Samples/Lectures has \
      examples of all.

        input: [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
        steps:
          - convolution: { kernel: [[1, 0], [0, -1]], stride: 1, padding: 0 }
          - relu
          - pooling: { kind: maximum, size: 2 }
      """)

  @Argument(help: "Example file (YAML).")
  var file: String
  @Option(help: "Most numbers of a step to write out.")
  var numbers: Int?

  func validate() throws {
    if let numbers, numbers < 0 { throw ValidationError("--numbers is at least 0, not \(numbers)") }
  }

  func run() throws {
    try reportingErrors {
      try MissingInput.checkFile(file, "an example (YAML)")
      let solution = try WorkedExample(contentsOf: file).solve()
      print(SolutionText(mostNumbers: numbers)(solution))
    }
  }
}
