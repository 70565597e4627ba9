import ArgumentParser
import CPUKernels
import Files
import Foundation
import Inference
import ModelZoo
import Models
import NetworkPlans
import Training

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say what images show: the most probable classes of each.",
    discussion: """
      Folders are searched for JPEG, PNG, WebP, TIFF and BMP files. An image that cannot be read is reported, the others \
      are done all the same, and the exit code is 1. Results come in the images' order, and are the same for any number \
      of threads.
      """)

  @Argument(help: "Images and folders of images.")
  var images: [String]
  @Option(help: "Model file of a classifier, as 'train' and 'import' write it.")
  var model: String
  @Option(help: "Classes to report of each image, the most probable first.")
  var top = 5
  @Option(help: "Write everything as JSON: a list with one object per image.")
  var json: String?
  @Option(help: "Write a row for each image and class: image, rank, label, class id, probability.")
  var csv: String?
  @Flag(help: "JSON: the network's raw output for every class too.")
  var logits = false
  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  func validate() throws {
    if images.isEmpty { throw ValidationError("name images or folders") }
    if top < 1 { throw ValidationError("--top is at least 1, not \(top)") }
    if logits && json == nil { throw ValidationError("--logits goes with --json") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      try MissingInput.check(model, "a model file")
      let outputs = try RunOutputs(texts: [("--json", json), ("--csv", csv)]).check(
        reading: [model] + images.filter { !FileIdentity.isFolder($0) })
      let files = try ImageFiles.find(images)
      try outputs.checkDistinct(from: files)
      let pool = try pool(imageCount: files.count)
      let interruption = Interruption()
      try interruption.listen {
        let run = ClassificationRun(
          pool: pool, inputs: ImageInputs(files: files) { interruption.isRequested }, count: top, withLogits: logits)
        defer {
          interruption.request()
          run.cancel()
        }
        var output = try ImageRunOutput("classify", total: files.count)
        var table = CSVOutput(header: ["image", "rank", "label", "classId", "probability"])
        try JSONListFile.write(ifNamed: json) { reports in
          while let outcome = try run.next() {
            try output.show(outcome, text: Self.text)
            guard case .report(let report) = outcome else { continue }
            try reports?.append(report)
            if csv != nil { table.append(report) }
          }
          try output.checkWhole(wasInterrupted: interruption.isRequested)
        }
        if let csv { try OutputFile.write(table.text, to: csv) }
        try output.finish()
      }
    }
  }

  private func pool(imageCount: Int) throws -> ClassifierPool {
    let model = try LoadedModel(contentsOf: model)
    // For a few images packing weights for the quickest kernels would take longer than it saves.
    let compilation = CompilationOptions(expectedRuns: imageCount <= 3 ? 1 : 1000)
    return try ClassifierPool(imageCount: imageCount) { weights in
      var options = ModelOptions(compilation: compilation)
      options.compilation.sharedWeights = weights
      return try ModelCatalog.classifier(of: model, options: options)
    }
  }

  private static func text(_ report: ClassificationReport) -> String {
    let heading = ImageRunOutput.heading(report.image, width: report.width, height: report.height)
    return report.classes.reduce(heading) { text, entry in
      text + "\n  \(String(format: "%5.1f", 100 * entry.probability)) %  \(TerminalText.escaped(entry.label))"
    }
  }
}

extension CSVOutput {
  /// The classes of an image, a row each.
  fileprivate mutating func append(_ report: ClassificationReport) {
    for (index, entry) in report.classes.enumerated() {
      append([
        report.image, String(index + 1), entry.label, String(entry.classId), CSVOutput.figure(entry.probability),
      ])
    }
  }
}
