import ArgumentParser
import Datasets
import Foundation
import Models
import WeightImport
import YOLO

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Turn another program's weights into a model file. No code in them is run.",
    subcommands: [ImportDarknetCommand.self, ImportPyTorchCommand.self, ImportSafetensorsCommand.self])
}

/// What every import is told.
struct ImportArguments: ParsableArguments {
  @Option(help: "Where the model goes.")
  var output: String
  @Option(help: "Licence of the weights as their maker states it, to be noted in the model.")
  var licence: String?

  func check(reading inputs: [String?]) throws {
    try RunOutputs(binaries: [("--output", output)]).check(reading: inputs)
  }

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
    commandName: "darknet", abstract: "Import a Darknet network, YOLOv1 to YOLOv7: its .cfg and .weights.",
    discussion: """
      Classifiers and other networks without a head that finds boxes become files that 'inspect' and 'export' read and \
      training can start from. Of a key that a section has twice the first counts, as in Darknet.

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
  var resize = Resizing.stretch
  @OptionGroup var arguments: ImportArguments

  func run() throws {
    try reportingErrors {
      try arguments.check(reading: [cfg, weights, names])
      var options = DarknetImport.Options()
      options.resize = resize == .stretch ? .stretch : .letterbox
      options.licence = arguments.licence ?? ""
      let network = try DarknetNetwork(DarknetConfigurationFile(contentsOf: cfg))
      for note in network.notes { print("\(cfg), \(note)") }
      if network.head == nil {
        print("\(cfg): \(network.summary): it can be inspected and exported, not run on images")
      }
      try arguments.write(
        DarknetImport.modelFile(configuration: cfg, weights: weights, names: names, options: options))
    }
  }
}

extension ImportDarknetCommand {
  enum Resizing: String, ExpressibleByArgument, CaseIterable {
    case stretch
    case letterbox
  }
}

/// What an import of torchvision's weights is told.
struct TorchvisionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which of torchvision's models it is.", valueName: "name"),
    transform: { name in
      guard let architecture = TorchvisionImport.Architecture(name: name) else {
        let known = TorchvisionImport.Architecture.allCases.map(\.name).joined(separator: ", ")
        throw ValidationError("--architecture knows no \(name); expected one of \(known)")
      }
      return architecture
    })
  var architecture: TorchvisionImport.Architecture
  @Option(
    help: "Class names, one a line, of a detector without the background; without them, it has COCO's or numbers.")
  var names: String?
  @Option(help: "What the backbone's batch normalisation adds to the variance, where it is not the usual number.")
  var epsilon: Double?
  @Flag(help: "Of a classifier the part alone that a detector's training starts from (train --initial).")
  var backboneOnly = false
  @Option(
    help:
      "Side of the square that a classifier or a segmenter sees; by default 224, of CIFAR's networks 32, of segmenters 520."
  )
  var inputSide: Int?
  @Option(
    help: """
      What an image's shorter side is brought to before its middle is shown to a classifier, 0 for stretching the whole \
      image; by default 256, of CIFAR's networks 0.
      """)
  var resizedSide: Int?
  @Option(
    help: ArgumentHelp(
      "What is subtracted from a classifier's red, green and blue on the scale 0 to 1, where it is not torchvision's.",
      valueName: "R,G,B"))
  var mean: ChannelNumbers?
  @Option(help: ArgumentHelp("What they are divided by then.", valueName: "R,G,B"))
  var deviation: ChannelNumbers?

  /// Imports and writes.
  func run(_ weights: ImportedWeights, _ arguments: ImportArguments) throws {
    if let choice = weights.choice { print("\(weights.path): \(choice)") }
    var options = TorchvisionImport.Options()
    options.classNames = try names.map(ClassNamesFile.read)
    options.normalizationEpsilon = epsilon
    options.licence = arguments.licence ?? ""
    options.classifierInput.inputSide = inputSide
    options.classifierInput.resizedSide = resizedSide
    options.classifierInput.mean = mean?.values
    options.classifierInput.standardDeviation = deviation?.values
    let chosen = backboneOnly ? architecture.backbone ?? architecture : architecture
    try arguments.write(TorchvisionImport.modelFile(weights, architecture: chosen, options: options))
  }

  func validate() throws {
    if let epsilon, !(epsilon >= 0 && epsilon < 1) {
      throw ValidationError("--epsilon is at least 0 and below 1, not \(epsilon)")
    }
    if backboneOnly, architecture.backbone == nil {
      let known = TorchvisionImport.Architecture.backbones.map(\.name).joined(separator: ", ")
      throw ValidationError("--backbone-only is for \(known), not for \(architecture.name)")
    }
  }
}

/// A number for each of red, green and blue, as a user writes them.
struct ChannelNumbers: ExpressibleByArgument {
  var values: [Double]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    values = numbers.compactMap(\.self)
    guard values.count == 3, numbers.count == 3, values.allSatisfy(\.isFinite) else { return nil }
  }
}

struct ImportPyTorchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pytorch",
    abstract: "Import a checkpoint (.pth, .pt, .th) of one of torchvision's models or a ResNet for CIFAR.",
    discussion: """
      Detectors: \(TorchvisionImport.Architecture.detectors.map(\.name).joined(separator: ", ")). Classifiers: \
      \(TorchvisionImport.Architecture.classifiers.map(\.name).joined(separator: ", ")). Segmenters: \
      \(TorchvisionImport.Architecture.segmenters.map(\.name).joined(separator: ", ")). Detectors can start from the \
      ResNets for large images and the MobileNets (train --backbone).

      A checkpoint is a program for Python's pickle machine. It is not run: what a state dict needs is read, everything \
      else is refused by name.
      """)

  @Option(help: "The checkpoint.")
  var weights: String
  @Option(help: "Where in the checkpoint the state dict stands, where there are several.")
  var key: String?
  @OptionGroup var torchvision: TorchvisionArguments
  @OptionGroup var arguments: ImportArguments

  func run() throws {
    try reportingErrors {
      try arguments.check(reading: [weights, torchvision.names])
      try MissingInput.checkFile(weights, "a PyTorch checkpoint")
      try torchvision.run(ImportedWeights(pyTorch: weights, key: key), arguments)
    }
  }
}

struct ImportSafetensorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "safetensors", abstract: "Import plain safetensors weights of one of torchvision's models.",
    discussion: "The architectures are those of 'import pytorch'; names of parameters are torchvision's.")

  @Option(help: "The weights.")
  var weights: String
  @OptionGroup var torchvision: TorchvisionArguments
  @OptionGroup var arguments: ImportArguments

  func run() throws {
    try reportingErrors {
      try arguments.check(reading: [weights, torchvision.names])
      try MissingInput.checkFile(weights, "a safetensors file")
      try torchvision.run(ImportedWeights(safetensors: weights), arguments)
    }
  }
}
