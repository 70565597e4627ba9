import DetectionUtilities
import ImageCodecs
import ModelZoo
import Models
import Reports
import Visualization

/// Shows what a model sees in one image after the other.
protocol ImageExplainer {
  /// Throws an `ImageError` for an image that cannot be read.
  func explain(_ path: String, into output: inout VisualizationOutput) throws
}

/// A model whose decisions are explained: its network, and what is asked of it.
struct ExplainedModel {
  struct Settings {
    var methods: [ExplanationMethod]
    /// Whether the user asked for just these.
    var areMethodsNamed: Bool
    /// Boxes of an image, or classes.
    var decisionCount: Int
    /// Of a classifier; none for the surest.
    var classes: [String]
    var rise: DetectorRISE
    var detection: DetectionOptions
  }

  let model: LoadedModel
  let network: ModelNetwork
  let layers: [NetworkLayer]
  let settings: Settings
  private let explainable: ExplainableNetwork?

  /// No picture has a longer side, in pixels.
  private static let longestSide = 640

  /// Throws a `ModelFileError`, and for a method that the family does not know.
  init(_ model: LoadedModel, network: ModelNetwork, layers: [NetworkLayer], settings: Settings) throws {
    self.model = model
    self.network = network
    self.layers = layers
    self.settings = settings
    explainable = try ModelCatalog.explainable(model)
    if explainable == nil, settings.areMethodsNamed, let method = settings.methods.first(where: { $0 != .dRISE }) {
      throw NoGradients(path: model.path, method: method.rawValue)
    }
  }

  private struct NoGradients: Error, CustomStringConvertible {
    var path: String
    var method: String
    var description: String {
      "\(path): \(method) cannot go back through a network of this family; d-rise asks any detector"
    }
  }

  /// The image that is explained: no larger than pictures are.
  static func source(_ path: String) throws -> SourceImage {
    let image = try RGBImage(contentsOf: path)
    let scale = min(1, Double(longestSide) / Double(max(image.width, image.height)))
    func side(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
    return SourceImage(image.resized(to: ImageSize(width: side(image.width), height: side(image.height))), name: path)
  }

  /// What the network gets of an image.
  func input(_ source: SourceImage) -> NetworkInput {
    explainable?.input(source) ?? model.file.preprocessing(source)
  }

  /// How much of an image the network looks at.
  var view: ImageView { explainable?.view ?? .whole }

  /// Adds the maps of the layers.
  func showMaps(of input: NetworkInput, _ source: SourceImage, into output: inout VisualizationOutput) throws {
    let maps = try FeatureMaps.of(
      layers.filter(\.isMap), network.graph, parameters: model.file.parameters, input: input)
    for map in maps {
      try output.add(
        heading: "\(source.name): \(map.layer.name)",
        [PicturePage.Figure(caption: map.caption, image: map.sheet)], names: ["\(source.stem)-maps-\(map.layer.name)"])
    }
  }

  /// The image in the network, to follow scores back; nil where the family cannot say how, or no such method is wanted.
  func gradients(_ input: NetworkInput) throws -> DecisionGradients? {
    guard let explainable, settings.methods.contains(where: { $0.activation != nil }) else { return nil }
    return try DecisionGradients(
      explainable, input: input, layers: layers.isEmpty ? nil : layers.map(\.name), options: settings.detection)
  }

  /// The maps of Grad-CAM and LayerCAM at every layer that is asked for, as large as the layer's; nil for a score that cannot
  /// be followed back.
  func activations(of decision: Decision, in gradients: DecisionGradients) throws -> [Explanation]? {
    try gradients.gradients(of: decision)?.flatMap { layer, value, gradient in
      settings.methods.compactMap(\.activation).map { method in
        Explanation(
          title: "\(method.title) at \(layer.name)", name: "\(method.rawValue)-\(layer.name)",
          map: method(activations: value, gradient: gradient))
      }
    }
  }
}

/// A map and what it was made by.
struct Explanation {
  var title: String
  var name: String
  var map: Heatmap
}

extension SourceImage {
  /// The name without its extension.
  var stem: String { name.split(separator: ".").first.map(String.init) ?? name }
}

extension VisualizationOutput {
  /// Adds the maps of one decision, and a table of how good each is.
  ///
  /// - Parameters:
  ///   - drawn: the map as a picture.
  ///   - scored: how good it is.
  mutating func add(
    _ explanations: [Explanation], heading: String, name: String, drawn: (Heatmap) -> RGBImage,
    scored: (Heatmap) throws -> DeletionAndInsertion
  ) throws {
    if explanations.isEmpty { return }
    var rows: [[String]] = []
    var figures: [PicturePage.Figure] = []
    for explanation in explanations {
      let scores = try scored(explanation.map)
      let (deletion, insertion) = (scores.deletionScore.threeDigits, scores.insertionScore.threeDigits)
      rows.append([explanation.title, deletion, insertion])
      figures.append(
        PicturePage.Figure(
          caption: "\(explanation.title): deletion \(deletion), insertion \(insertion)",
          image: drawn(explanation.map)))
    }
    try add(
      heading: heading, figures, names: explanations.map { "\(name)-\($0.name)" },
      table: (["map", "deletion", "insertion"], rows))
  }
}
