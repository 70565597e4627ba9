import Backbones
import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Segmentation
import Tensors
import Testing

struct TilingTests {
  private let classes = (0..<3).map { ModelFile.Label(name: "\($0)", id: $0) }

  private func configuration(
    _ network: SegmenterNetwork, _ side: Int, padding: ConvolutionPadding = .same
  ) -> SegmenterConfiguration {
    var configuration = SegmenterConfiguration()
    configuration.network = network
    configuration.padding = padding
    configuration.inputSize = ImageSize(width: side, height: side)
    if network == .uNet { configuration.widthMultiplier = 0.125 }
    if network.hasChosenBackbone { configuration.backbone.widthMultiplier = 0.25 }
    return configuration
  }

  private func segmenter(
    _ configuration: SegmenterConfiguration, _ tiling: TilingOptions? = nil
  ) throws -> ImageSegmenter {
    try configuration.validate()
    var generator = SeededGenerator(seed: 3)
    let graph = configuration.graph(classCount: classes.count)
    return try ImageSegmenter(
      configuration, classes: classes, parameters: graph.initialParameters(using: &generator),
      preprocessing: configuration.preprocessing, options: ModelOptions(tiling: tiling))
  }

  /// Noise in squares of several sizes.
  private func image(_ width: Int, _ height: Int) -> RGBImage {
    var generator = SeededGenerator(seed: 5)
    var image = RGBImage(size: ImageSize(width: width, height: height))
    for (count, side) in [(40, 60), (200, 20), (800, 4)] {
      for _ in 0..<count {
        let color = RGBColor(
          red: UInt8(generator.uniform(below: 256)), green: UInt8(generator.uniform(below: 256)),
          blue: UInt8(generator.uniform(below: 256)))
        image.fillRectangle(
          x: generator.uniform(below: width), y: generator.uniform(below: height), width: side, height: side,
          color: color)
      }
    }
    return image
  }

  /// Labels and probabilities, classes × H × W; checks that the two agree and that no pixel comes twice.
  private func prediction(
    _ segmenter: ImageSegmenter, _ image: RGBImage
  ) throws -> (labels: LabelMap, probabilities: [Float]) {
    let area = image.width * image.height
    var probabilities = [Float](repeating: -1, count: classes.count * area)
    let labels = try segmenter.predict(SourceImage(image)) { part in
      for index in 0..<classes.count {
        for row in 0..<part.size.height {
          for column in 0..<part.size.width {
            let place = index * area + (part.y + row) * image.width + part.x + column
            #expect(probabilities[place] == -1)
            probabilities[place] = part.values[(index * part.size.height + row) * part.size.width + column]
          }
        }
      }
    }.value
    #expect(labels.size == image.size)
    for pixel in 0..<area {
      let values = (0..<classes.count).map { probabilities[$0 * area + pixel] }
      guard abs(values.reduce(0, +) - 1) < 1e-5, values[Int(labels.indices[pixel])] >= values.max()! - 1e-6 else {
        Issue.record("probabilities \(values) of label \(labels.indices[pixel])")
        break
      }
    }
    return (labels, probabilities)
  }

  /// The largest difference away from the border.
  private func difference(_ a: [Float], _ b: [Float], _ size: ImageSize, margin: Int) -> Float {
    var largest: Float = 0
    for index in 0..<classes.count {
      for y in margin..<size.height - margin {
        for x in margin..<size.width - margin {
          let place = (index * size.height + y) * size.width + x
          largest = max(largest, abs(a[place] - b[place]))
        }
      }
    }
    return largest
  }

  /// Of an image that the network sees whole tiles give the same, away from the border, where the image is mirrored in tiles and
  /// padded with zeros in the whole.
  @Test func tilesHaveNoSeams() throws {
    let configuration = configuration(.uNet, 384)
    let image = image(384, 384)
    let whole = try prediction(segmenter(configuration), image)
    #expect(Set(whole.labels.indices).count > 1)
    let tiled = try segmenter(configuration, TilingOptions(tileSize: ImageSize(width: 256, height: 272)))
    #expect(
      tiled.tiling
        == Tiling(
          tileSize: ImageSize(width: 256, height: 272), keptSize: ImageSize(width: 64, height: 80), overlap: 96,
          reach: 94, seesWholeInput: false))
    #expect(tiled.tiling?.isSeamless == true)
    let found = try prediction(tiled, image).probabilities
    #expect(difference(whole.probabilities, found, image.size, margin: 96) < 1e-4)
    // At the very border the two differ.
    #expect(difference(whole.probabilities, found, image.size, margin: 0) > 1e-3)

    let close = try segmenter(
      configuration, TilingOptions(tileSize: ImageSize(width: 256, height: 256), overlap: 20))
    #expect(close.tiling?.overlap == 32 && close.tiling?.isSeamless == false)
    let seams = try prediction(close, image).probabilities
    #expect(difference(whole.probabilities, seams, image.size, margin: 96) > 1e-3)
  }

  /// Without padding nothing but the image counts, so that tiles of any size give the same up to the border.
  @Test func tilesOfANetworkWithoutPaddingAgreeEverywhere() throws {
    let configuration = configuration(.uNet, 252, padding: .valid)
    let image = image(150, 203)
    let results = try [252, 204, 300].map { side in
      let segmenter = try segmenter(
        configuration, TilingOptions(tileSize: ImageSize(width: side, height: side)))
      #expect(segmenter.tiling?.overlap == 92 && segmenter.tiling?.isSeamless == true)
      return try prediction(segmenter, image)
    }
    #expect(Set(results[0].labels.indices).count > 1)
    for other in results[1...] {
      #expect(difference(results[0].probabilities, other.probabilities, image.size, margin: 0) < 1e-4)
    }
    // Of 204 pixels 20 are left, of which 16 are kept.
    let small = try segmenter(configuration, TilingOptions(tileSize: ImageSize(width: 190, height: 189)))
    #expect(small.tiling?.tileSize == ImageSize(width: 204, height: 204))
    #expect(small.tiling?.keptSize == ImageSize(width: 16, height: 16))
  }

  /// At the network's size too all of an image is seen.
  @Test func aNetworkWithoutPaddingSaysSomethingOfEveryPixel() throws {
    let segmenter = try segmenter(configuration(.uNet, 252, padding: .valid))
    #expect(segmenter.tiling == nil && segmenter.decodingSize == segmenter.inputSize)
    _ = try prediction(segmenter, image(300, 170))
    _ = try prediction(segmenter, image(252, 252))
  }

  @Test(arguments: [true, false]) func probabilitiesFollowTheImageToItsSize(keepsProportions: Bool) throws {
    var configuration = configuration(.lraspp, 64)
    configuration.keepsProportions = keepsProportions
    _ = try prediction(segmenter(configuration), image(90, 50))
    _ = try prediction(segmenter(configuration), image(64, 64))
    _ = try prediction(segmenter(configuration), image(1, 3))
  }

  /// Half the contrast of all pixels is the same image to a network that normalises each, in tiles too.
  @Test(arguments: [nil, TilingOptions()]) func contrastDoesNotCountWhereEachImageIsNormalised(
    tiling: TilingOptions?
  ) throws {
    var configuration = configuration(.uNet, 64)
    configuration.normalization = .perImage
    let segmenter = try segmenter(configuration, tiling)
    var image = image(150, 90)
    image.pixels = image.pixels.map { $0 & 0xFE }
    let bright = try prediction(segmenter, image)
    image.pixels = image.pixels.map { $0 / 2 }
    let dim = try prediction(segmenter, image)
    let difference = zip(bright.probabilities, dim.probabilities).map { abs($0 - $1) }.max() ?? 1
    #expect(difference < (tiling == nil ? 0.05 : 1e-3))
  }

  /// What is changed beyond the reach changes nothing; what is changed within it does.
  @Test(arguments: [
    (SegmenterNetwork.uNet, ConvolutionPadding.same), (.uNet, .valid), (.fcn8s, .same), (.fcn32s, .same),
  ])
  func nothingBeyondTheReachCounts(network: SegmenterNetwork, padding: ConvolutionPadding) throws {
    let stride = network.stride
    let configuration = configuration(network, 256, padding: padding)
    let graph = configuration.graph(classCount: 2)
    let probe = padding == .valid ? 268 : 256
    let reach = try graph.reach(input: [1, 3, probe, probe], stride: stride)
    #expect(!reach.seesWholeInput)
    // The middle stretch of one stride, and as much on either side as counts and a little more.
    let margin = configuration.outputMargin
    let before = (reach.pixels / stride + 2) * stride
    let side = 2 * before + stride + (padding == .valid ? 12 : 0)
    // The first score of the stretch, and its place in the input.
    let first = (before - margin) / stride * stride
    let place = margin + first
    let shape: TensorShape = [1, 3, side, side]
    var generator = SeededGenerator(seed: 1)
    let plan = try InferencePlan(graph, parameters: graph.initialParameters(using: &generator), inputShape: shape)
    func scores(_ changed: ClosedRange<Int>?) throws -> [Float] {
      var values = SeededGenerator(seed: 2)
      let result = try plan.run { buffer in
        for index in buffer.indices {
          buffer[index] = Float(values.uniform(-1, 1))
          if let changed, changed.contains(index % side) || changed.contains(index / side % side) { buffer[index] += 3 }
        }
      }[0]
      return (first..<first + stride).flatMap { row in
        (first..<first + stride).map { result[row * result.shape[3] + $0] }
      }
    }
    let plain = try scores(nil)
    let extent = (plain.max() ?? 0) - (plain.min() ?? 0)
    func change(_ changed: ClosedRange<Int>) throws -> Float {
      try zip(scores(changed), plain).map { abs($0 - $1) / extent }.max() ?? 0
    }
    // Kernels that transform tiles round a little differently with other neighbours.
    #expect(try change(0...place - reach.pixels - 1) < 1e-4)
    #expect(try change(place + stride + reach.pixels...side - 1) < 1e-4)
    #expect(try change(0...place - reach.pixels / 2) > 1e-3)
  }

  @Test func averagesOfTheWholeAreSaid() throws {
    let segmenter = try segmenter(configuration(.lraspp, 128), TilingOptions())
    #expect(segmenter.tiling?.seesWholeInput == true && segmenter.tiling?.isSeamless == false)
    #expect(try prediction(segmenter, image(200, 150)).labels.size == ImageSize(width: 200, height: 150))
    #expect(segmenter.decodingSize == nil)
  }

  /// A network's own size need not be a multiple of its stride; a tile is.
  @Test func tilesAreMultiplesOfTheStride() throws {
    var configuration = configuration(.fcn32s, 250)
    configuration.inputSize.height = 97
    let tiling = try #require(try segmenter(configuration, TilingOptions(overlap: 1)).tiling)
    #expect(tiling.tileSize == ImageSize(width: 256, height: 128) && tiling.overlap == 32)
    #expect(tiling.keptSize == ImageSize(width: 192, height: 64))
  }

  @Test func tilesThatCannotBeAreRefused() {
    let error = #expect(throws: TilingError.self) {
      try segmenter(configuration(.uNet, 256), TilingOptions(overlap: 125))
    }
    #expect(
      error?.description
        == "an overlap of 125 pixels at every side leaves nothing of tiles of 256×256; expected 0 to 112")
    #expect(throws: TilingError.self) {
      try segmenter(configuration(.uNet, 256), TilingOptions(tileSize: ImageSize(width: 9000, height: 64)))
    }
  }
}
