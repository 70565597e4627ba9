import ComputeGraph
import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import NetworkPlans
import Tensors
import Testing

/// The detector against its stages put together by hand, pooling and head in plain loops.
struct FasterRCNNReferenceTests {
  private let options = DetectionOptions(confidence: 0.001, iou: 0.6, maximumDetections: 50)

  @Test(arguments: [RegionPooling.Method.roiAlign, .roiPool, .legacyRoIAlign])
  func answersAreThoseOfTheStagesByHand(method: RegionPooling.Method) throws {
    var configuration = FasterRCNNConfiguration.tiny()
    // Regions of several sizes come from two maps.
    configuration.inputSize = ImageSize(width: 256, height: 256)
    configuration.proposals.anchorSizes = [[12], [32], [64], [150], [200]]
    configuration.proposals.count = 150
    configuration.regions.pooling = method
    let parameters = wildParameters(configuration)
    let preprocessing = Preprocessing(inputSize: configuration.inputSize)
    let detector = try FasterRCNNDetector(
      configuration, classes: TwoRectangles.classes, parameters: parameters, preprocessing: preprocessing,
      options: ModelOptions(detection: options))
    let image = TwoRectangles.picture(of: [labelled(10, 20, 90, 90, 0), labelled(60, 70, 230, 240, 1)], side: 256)
    let (found, times) = try detector.detect(SourceImage(image))

    let network = FasterRCNNNetwork(configuration, classCount: 2)
    let trunk = try InferencePlan(network.trunk, parameters: parameters, inputShape: [1, 3, 256, 256])
    let outputs = try trunk.run(filling: ImageBatch([image], preprocessing: preprocessing).write)
    let regions = proposals(network, outputs)
    let maps = outputs.prefix(4).map { tensor in
      let map = TestMap(tensor.shape)
      var index = 0
      map.forEachElement { image, channel, row, column in
        map[image, channel, row, column] = tensor[index]
        index += 1
      }
      return map
    }
    #expect(Set(regions.map { network.pooling.level(of: $0) }).count > 1)
    let head = PlainHead(parameters: parameters, pooling: RegionPoolingReference(pooling: network.pooling))
    let answers = regions.map { head($0, maps) }
    let expected = RegionDecoder(classCount: 2, inputSize: configuration.inputSize, options: options)(
      BoxHeadOutput(regions: regions, logits: answers.flatMap(\.logits), deltas: answers.flatMap(\.deltas)))

    #expect(found.count == expected.count && found.count > 5)
    #expect(times.regionCount == regions.count)
    for (detection, wanted) in zip(found, expected) {
      #expect(detection.classIndex == wanted.classIndex && abs(detection.score - wanted.score) < 1e-4)
      #expect(abs(detection.box.x1 - wanted.box.x1) < 1e-2 && abs(detection.box.y2 - wanted.box.y2) < 1e-2)
      #expect(abs(detection.box.x2 - wanted.box.x2) < 1e-2 && abs(detection.box.y1 - wanted.box.y1) < 1e-2)
    }
  }

  /// What the proposal network's maps say, sorted and suppressed in the plainest way.
  private func proposals(_ network: FasterRCNNNetwork, _ outputs: [Tensor]) -> [BoundingBox] {
    let settings = network.configuration.proposals
    let side = Double(network.configuration.inputSize.width)
    var kept: [(score: Float, box: BoundingBox)] = []
    for level in 0..<5 {
      let (objectness, deltas) = (outputs[4 + 2 * level], outputs[5 + 2 * level])
      let (rows, columns) = (objectness.shape[2], objectness.shape[3])
      let anchors = network.anchors.anchors(
        level: level, rows: rows, columns: columns, stride: (side / Double(columns), side / Double(rows)))
      var candidates: [(score: Float, box: BoundingBox)] = []
      for (index, anchor) in anchors.enumerated() {
        let (cell, kind) = (index / 3, index % 3)
        func delta(_ coordinate: Int) -> Double { Double(deltas[(4 * kind + coordinate) * rows * columns + cell]) }
        let moved = BoxCoder.Deltas(dx: delta(0), dy: delta(1), dw: delta(2), dh: delta(3))
        candidates.append(
          (
            objectness[kind * rows * columns + cell],
            BoxCoder().decode(moved, relativeTo: anchor).clipped(width: side, height: side)
          ))
      }
      var own: [(score: Float, box: BoundingBox)] = []
      for candidate in candidates.sorted(by: { $0.score > $1.score }).prefix(settings.candidates)
      where candidate.box.area > 0 && own.allSatisfy({ $0.box.iou(with: candidate.box) <= settings.suppressionIoU }) {
        own.append(candidate)
      }
      kept += own
    }
    return kept.sorted { $0.score > $1.score }.prefix(settings.count).map(\.box)
  }
}

/// Pooling, two fully connected layers and the predictors of one region in double precision.
private struct PlainHead {
  var parameters: ParameterStore
  var pooling: RegionPoolingReference

  func callAsFunction(_ region: BoundingBox, _ maps: [TestMap]) -> (logits: [Float], deltas: [Float]) {
    let size = pooling.pooling.outputSize
    var features: [Double] = []
    for channel in 0..<maps[0].map.channels {
      for row in 0..<size {
        for column in 0..<size {
          features.append(
            pooling.bin(row, column, channel: channel, of: RegionOfInterest(box: region, image: 0), from: maps))
        }
      }
    }
    for name in ["fc6", "fc7"] { features = product("roi_heads.box_head.\(name)", features).map { max($0, 0) } }
    return (
      product("roi_heads.box_predictor.cls_score", features).map(Float.init),
      product("roi_heads.box_predictor.bbox_pred", features).map(Float.init)
    )
  }

  private func product(_ name: String, _ input: [Double]) -> [Double] {
    guard let weight = parameters["\(name).weight"]?.values, let bias = parameters["\(name).bias"]?.values else {
      return []
    }
    return bias.indices.map { row in
      input.indices.reduce(Double(bias[row])) { $0 + Double(weight[row * input.count + $1]) * input[$1] }
    }
  }
}
