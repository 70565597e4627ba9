import ArgumentParser
import Detectors
import Foundation
import ImageCodecs
import WeightImport

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Turn another program's weights into a model file. No code in them is run.",
    subcommands: [ImportDarknetCommand.self])
}

/// What every import is told.
struct ImportArguments: ParsableArguments {
  @Option(help: "Where the model goes.")
  var output: String
  @Option(help: "Licence of the weights as their maker states it, to be noted in the model.")
  var licence: String?

  /// Writes the model and says what it is.
  func write(_ file: ModelFile) throws {
    try file.write(to: output)
    let size = file.preprocessing.inputSize
    print(
      "\(output): \(file.architecture), \(file.classes.count) classes, input \(size), "
        + "\(file.parameters.elementCount) numbers")
    for source in file.provenance.sourceFiles ?? [] { print("  from \(source.name), SHA-256 \(source.sha256)") }
  }
}

struct ImportDarknetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "darknet", abstract: "Import a Darknet detector, YOLOv2 to YOLOv4: its .cfg and .weights.",
    discussion: """
      Images are brought to the network's size as Darknet does it: stretched, unless --resize says letterbox, which \
      its first versions did; four neighbouring pixels are blended. COCO's classes get COCO's ids.
      """)

  @Option(help: "The network: a .cfg file.")
  var cfg: String
  @Option(help: "Its weights: a .weights file.")
  var weights: String
  @Option(help: "Class names, one a line; without them, classes are numbered.")
  var names: String?
  @Option(help: "How images get to the network's size: stretch or letterbox.")
  var resize = ResizePolicy.stretch
  @OptionGroup var arguments: ImportArguments

  func run() throws {
    try reportingErrors {
      try CannotWrite.checkFile(arguments.output)
      var options = DarknetModel.Options()
      options.resize = resize
      options.licence = arguments.licence ?? ""
      try arguments.write(
        DarknetModel.modelFile(configuration: cfg, weights: weights, names: names, options: options))
    }
  }
}

extension ResizePolicy: ExpressibleByArgument {}
