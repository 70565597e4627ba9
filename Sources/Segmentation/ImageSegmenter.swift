import ComputeGraph
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// A segmenter in use: an image in, a class for every pixel out.
///
/// An image is brought to the network's size, or cut into tiles at its own (`ModelOptions.tiling`). A network whose results are
/// smaller than its input sees the image in tiles either way.
public final class ImageSegmenter: Segmenter {
  /// The family's name in model files.
  public static let architecture = ModelFile.segmenterArchitecture

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { preprocessing.inputSize }
  public var decodingSize: ImageSize? { tiling == nil ? preprocessing.decodingSize : nil }
  /// Tiles are of the file's own pixels: an image that memory does not hold whole is refused instead of reduced.
  public var decodingOptions: ImageDecodingOptions {
    tiling == nil ? ImageDecodingOptions(minimumSize: decodingSize) : .fullScale
  }
  public let tiling: Tiling?

  private let classes: [ModelFile.Label]
  private let graph: Graph
  private let preprocessing: Preprocessing
  /// How what the network sees of an image is cut: for most networks, unless tiles are asked for, not at all.
  private let cut: Tiling
  /// Where in the scores of a tile those begin that are kept, along both axes.
  private let firstScore: Int
  private let planOptions: InferencePlan.Options
  private let augmentation: TestTimeAugmentation
  private let network: CompiledOnce<InferencePlan>

  /// Throws a `GraphError` when the parameters are not this network's, a `PrecisionError` where the processor lacks
  /// the precision, a `TilingError` for tiles that cannot be. Parameters of an auxiliary head are left out.
  ///
  /// - Precondition: the configuration is valid, and the preprocessing has its channels.
  public init(
    _ configuration: SegmenterConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, precision: Precision = .float32, options: ModelOptions = ModelOptions()
  ) throws {
    self.classes = classes
    let graph = configuration.graph(classCount: classes.count)
    self.graph = graph
    self.preprocessing = preprocessing
    augmentation = options.testTimeAugmentation
    planOptions = InferencePlan.Options(compilation: options.compilation, precision: precision)
    try precision.check()
    try graph.check(parameters)
    tiling = try options.tiling.map { try configuration.tiling($0, graph: graph) }
    let size = preprocessing.inputSize
    let margin = configuration.outputMargin
    cut =
      try tiling
      ?? (margin > 0
        ? configuration.tiling(TilingOptions(tileSize: size), graph: graph)
        : Tiling(tileSize: size, keptSize: size, overlap: 0, reach: 0, seesWholeInput: true))
    firstScore = cut.overlap - margin
    var used = ParameterStore()
    for specification in graph.parameters { used[specification.name] = parameters[specification.name] }
    network = CompiledOnce(used)
  }

  /// From a model file that was read from `path`.
  public convenience init(_ file: ModelFile, path: String, options: ModelOptions = ModelOptions()) throws {
    try self.init(
      Self.configuration(of: file, path: path), classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing, precision: file.precision, options: options)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> SegmenterConfiguration {
    let classCount = file.classes.count
    let configuration = try file.decodedConfiguration(
      SegmenterConfiguration.self, path: path, family: "a segmenter's"
    ) {
      // What the network was made for is what it is run at.
      $0.inputSize = file.preprocessing.inputSize
      try $0.validate()
      try SegmenterConfiguration.check(classCount: classCount)
    }
    let preprocessing = file.preprocessing
    guard !preprocessing.resize.variesSize, preprocessing.channelCount == configuration.inputChannels else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "does not suit a segmenter of \(configuration.inputChannels) channels; expected a mean for each of "
          + "them, and one size for all images")
    }
    return configuration
  }

  public func predict(_ image: SourceImage) throws -> TimedPrediction<LabelMap> {
    try forEachTile(of: image) { _, _ in }
  }

  public func predict(
    _ image: SourceImage, probabilities receive: (PixelProbabilities) throws -> Void
  ) throws -> TimedPrediction<LabelMap> {
    var whole: CanvasProbabilities?
    return try forEachTile(of: image) { scores, part in
      let (columns, rows) = (part.tile.columns, part.tile.rows)
      let values = scores.probabilities(
        columns: firstScore..<firstScore + columns.count, rows: firstScore..<firstScore + rows.count)
      let size = ImageSize(width: columns.count, height: rows.count)
      let probabilities = PixelProbabilities(x: columns.lowerBound, y: rows.lowerBound, size: size, values: values)
      if part.isOriginal { return try receive(probabilities) }
      var canvas = whole ?? CanvasProbabilities(size: part.transform.target, classCount: classes.count)
      whole = nil
      canvas.insert(probabilities)
      if part.isLast { try canvas.send(mappedBackBy: part.transform, to: image.originalSize, receive) }
      whole = canvas
    }
  }

  /// A tile of what the network sees of an image.
  private struct Part {
    var tile: TileGrid.Tile
    /// From the image to all that the network sees of it.
    var transform: ImageTransform
    /// Whether the pixels are those of the image at full scale.
    var isOriginal: Bool
    var isLast: Bool
  }

  /// - Parameter receive: gets the scores of every tile.
  private func forEachTile(
    of image: SourceImage, _ receive: (PixelScores, Part) throws -> Void
  ) throws -> TimedPrediction<LabelMap> {
    var seconds = StageSeconds()
    let (canvas, transform) = seconds.measure(\.preprocess) { self.canvas(of: image) }
    let isOriginal = canvas.size == image.originalSize && transform.resizedSize == transform.target
    let grid = TileGrid(imageSize: canvas.size, tiling: cut)
    var colors = preprocessing
    (colors.inputSize, colors.resize) = (cut.tileSize, .stretch)
    // All tiles by those of the whole, so that there are no seams.
    let statistics = colors.normalization == .perImage ? PixelStatistics(canvas) : nil
    var labels = LabelMap(size: canvas.size)
    for row in 0..<grid.rowCount {
      for column in 0..<grid.columnCount {
        let tile = grid[row, column]
        let seen = canvas.mirrored(columns: tile.seenColumns, rows: tile.seenRows)
        let views = try augmentation.views(of: cut.tileSize).map { symmetry in
          let input = seconds.measure(\.preprocess) {
            colors(SourceImage(seen.seen(symmetry)), statistics: statistics)
          }
          let plan = try network.plans { parameters in
            try InferencePlan(graph, parameters: parameters, inputShape: input.shape, options: planOptions)
          }
          seconds.measure(\.preprocess) { plan.writeInput(input.write) }
          return (symmetry, PixelScores(scores: try seconds.measure(\.network) { try plan.run()[0] }))
        }
        let scores = seconds.measure(\.postprocess) { PixelScores.mean(of: views) }
        seconds.measure(\.postprocess) {
          scores.writeMostProbable(
            fromColumn: firstScore, row: firstScore, to: &labels, columns: tile.columns, rows: tile.rows)
        }
        let isLast = row == grid.rowCount - 1 && column == grid.columnCount - 1
        try receive(scores, Part(tile: tile, transform: transform, isOriginal: isOriginal, isLast: isLast))
      }
    }
    let mapped = seconds.measure(\.postprocess) { transform.mapBack(labels, to: image.originalSize) }
    return TimedPrediction(mapped, seconds: seconds)
  }

  /// All that the network sees of an image, and how the image came to it.
  private func canvas(of image: SourceImage) -> (RGBImage, ImageTransform) {
    if tiling == nil {
      let input = preprocessing(image)
      return (input.image, input.transform)
    }
    let size = image.image.size
    return (image.image, ImageTransform(source: size, target: size, policy: .stretch))
  }
}
