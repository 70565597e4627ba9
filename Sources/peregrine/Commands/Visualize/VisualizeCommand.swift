import ArgumentParser
import CPUKernels
import ComputeGraph
import DetectionUtilities
import Files
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Reports
import Visualization

struct VisualizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "visualize", abstract: "Show learned kernels, feature maps, and the pixels that decided.",
    discussion: """
      --output is a folder for PNG files and index.html, one page with all of them that needs no other file. It shows \
      the kernels of the first convolution or of --kernels, and for every image the maps of the layers named with \
      --layer (--list prints the names), and for the surest boxes of a detector, or the surest classes of a classifier, what \
      decided:

      grad-cam and layer-cam follow a box's score, or a class's logit, back to the last map whose neighbouring cells the \
      network brings together, or to the layers named. d-rise asks any detector about masked copies of the image; a \
      classifier it asks likewise (RISE). For each map the deletion score says how fast the box or class is lost while the \
      pixels named first are blackened (low is good), the insertion score how fast it is found while they are put into a \
      blurred image (high is good).
      """)

  @Argument(help: "Images and folders of images; none for the kernels alone.")
  var images: [String] = []
  @Option(help: "Model file; by default the sample model inside the program.")
  var model: String?
  @Option(help: "Folder for the pictures and the page.")
  var output: String?
  @Flag(help: "Print the layers and end.")
  var list = false
  @Option(help: "Convolution whose kernels are shown; by default the first.")
  var kernels: String?
  @Option(parsing: .upToNextOption, help: "Layers whose maps are shown, and to which scores are followed back.")
  var layer: [String] = []
  @Option(
    parsing: .upToNextOption, help: "How pixels that decided are found: grad-cam, layer-cam, d-rise; by default all.")
  var methods: [ExplanationMethod] = []
  @Option(help: "Boxes of an image to explain, or classes of a classifier, surest first.")
  var boxes = 2
  @Option(
    parsing: .upToNextOption, help: "Names of the classes to explain, of a classifier; by default the surest.")
  var classes: [String] = []
  @Option(help: "Masks of d-rise.")
  var masks = 500
  @Option(help: "Seed of the masks.")
  var seed: UInt64 = 1
  @Option(help: "Lowest score of a box.")
  var confidence = 0.25
  @Option(help: "Overlap (IoU) above which the weaker of two boxes of a class is dropped.")
  var iou = 0.45
  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  func validate() throws {
    if list == (output != nil) { throw ValidationError("either --list, or --output with a folder") }
    if !(0...100).contains(boxes) { throw ValidationError("--boxes lies between 0 and 100, not \(boxes)") }
    if !(1...100_000).contains(masks) { throw ValidationError("--masks lies between 1 and 100000, not \(masks)") }
    if !(0...1).contains(confidence) { throw ValidationError("--confidence lies between 0 and 1, not \(confidence)") }
    if !(0...1).contains(iou) { throw ValidationError("--iou lies between 0 and 1, not \(iou)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      if let model { try MissingInput.check(model, "a model file") }
      let loaded = try LoadedModel(ModelSource(path: model))
      let network = try ModelCatalog.networks(of: loaded).image
      let layers = try network.graph.layers(input: network.inputShape)
      if list { return show(layers) }
      guard let output else { return }
      try OutputFolder.check(output)
      let paths = images.isEmpty ? [] : try ImageFiles.find(images)
      let shown = try layer.map { try layers.map(named: $0) }
      let sheet = try kernelSheet(network.graph, loaded, layers)
      let explainer = paths.isEmpty ? nil : try explainer(of: loaded, network, shown)
      try OutputFolder.make(output)
      var pictures = VisualizationOutput(folder: output, model: model ?? "the built-in model")
      try OutputList.checkDistinct(pictures.paths(for: paths), from: paths + [model].compactMap(\.self))
      if let sheet {
        try pictures.add(
          heading: "Kernels", [PicturePage.Figure(caption: sheet.caption, image: sheet.image)], names: ["kernels"])
      }
      var areSomeLeftOut = false
      for path in paths {
        do {
          try explainer?.explain(path, into: &pictures)
        } catch let error as ImageError {
          if case .unwritable = error.reason { throw error }
          printError("peregrine: \(error)")
          areSomeLeftOut = true
        }
      }
      try pictures.writePage()
      if areSomeLeftOut { throw ExitStatus.partial }
    }
  }

  /// Nil where none are asked for and the network has no convolution.
  private func kernelSheet(_ graph: Graph, _ model: LoadedModel, _ layers: [NetworkLayer]) throws -> KernelSheet? {
    if kernels == nil, !graph.nodes.contains(where: { $0.operation is ConvolutionOperation }) {
      print("The network has no convolution, and so no kernels to show.")
      return nil
    }
    return try KernelSheet(
      of: graph, parameters: model.file.parameters, layer: kernels.map { try layers.named($0) })
  }

  private func explainer(
    of model: LoadedModel, _ network: ModelNetwork, _ shown: [NetworkLayer]
  ) throws -> any ImageExplainer {
    let explained = try ExplainedModel(model, network: network, layers: shown, settings: settings)
    if ModelCatalog.isClassifier(model) { return try ClassifierExplainer(explained) }
    if !classes.isEmpty { throw ValidationError("--classes is for classifiers; \(model.path) is a detector") }
    return try DetectorExplainer(explained)
  }

  private var settings: ExplainedModel.Settings {
    ExplainedModel.Settings(
      methods: methods.isEmpty ? ExplanationMethod.allCases : methods, areMethodsNamed: !methods.isEmpty,
      decisionCount: boxes, classes: classes, rise: DetectorRISE(maskCount: masks, seed: seed),
      detection: DetectionOptions(confidence: confidence, iou: iou))
  }

  private func show(_ layers: [NetworkLayer]) {
    var table = TextTable(header: ["layer", "operation", "output"])
    table.rows = layers.map {
      [$0.name, $0.operation, $0.shape.dimensions.dropFirst().map(String.init).joined(separator: "×")]
    }
    print(table.text)
  }
}

/// How the pixels that decided are found.
enum ExplanationMethod: String, CaseIterable, ExpressibleByArgument {
  case gradCAM = "grad-cam"
  case layerCAM = "layer-cam"
  case dRISE = "d-rise"

  var activation: ClassActivation? {
    switch self {
    case .gradCAM: .gradCAM
    case .layerCAM: .layerCAM
    case .dRISE: nil
    }
  }
}
