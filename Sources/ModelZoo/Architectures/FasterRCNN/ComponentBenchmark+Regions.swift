import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Tensors

extension ComponentBenchmark {
  /// Faster R-CNN's proposals on a feature pyramid over an input of 1344×800: five maps, three anchors a cell.
  mutating func timeProposals() {
    var generator = SeededGenerator(seed: 9)
    let size = ImageSize(width: 1344, height: 800)
    let anchors = AnchorGenerator(
      levels: [32, 64, 128, 256, 512].map { AnchorGenerator.Level(sizes: [$0], aspectRatios: [0.5, 1, 2]) })
    let maps = [4, 8, 16, 32, 64].map { stride in
      (rows: (size.height + stride - 1) / stride, columns: (size.width + stride - 1) / stride)
    }
    func tensor(_ channels: Int, _ map: (rows: Int, columns: Int), mean: Double, deviation: Double) -> Tensor {
      let values = (0..<channels * map.rows * map.columns).map { _ in
        Float(generator.normal(mean: mean, deviation: deviation))
      }
      return Tensor(shape: [1, channels, map.rows, map.columns], values: values)
    }
    let tensors = maps.flatMap {
      [tensor(3, $0, mean: -4, deviation: 2), tensor(12, $0, mean: 0, deviation: 0.3)]
    }
    let outputs = ProposalOutputs(tensors, anchors: AnchorGrid(anchors, inputSize: size, maps: maps))
    let filter = ProposalFilter(candidates: 1000, count: 1000, inputSize: size)
    time("proposal filter at 1344×800", outcome: "\(filter(outputs, image: 0).count) proposals") {
      _ = filter(outputs, image: 0)
    }
  }

  /// 1,000 regions of 16 to 216 pixels from one map of stride 4, some beyond its border.
  mutating func timePooling() {
    let channels = 256
    var generator = SeededGenerator(seed: 1)
    let regions = (0..<1000).map { _ in
      let (x, y) = (generator.uniform(0, 800), generator.uniform(0, 600))
      let box = BoundingBox(
        x1: x, y1: y, x2: x + generator.uniform(16, 216), y2: y + generator.uniform(16, 216))
      return RegionOfInterest(box: box, image: 0)
    }
    let map = RegionPoolingBenchmark.allocated([1, channels, 200, 272])
    let gradient = RegionPoolingBenchmark.allocated([1, channels, 200, 272])
    let result = RegionPoolingBenchmark.allocated([regions.count, channels, 7, 7])
    defer { for each in [map, gradient, result] { each.pointer.deallocate() } }
    for index in 0..<map.elementCount { map.pointer[index] = generator.uniform() }
    for (name, method, ratio) in [
      ("", RegionPooling.Method.legacyRoIAlign, 2), (", aligned", .roiAlign, 2), (", adaptive", .legacyRoIAlign, 0),
    ] {
      let pooling = RegionPooling(method: method, outputSize: 7, samplingRatio: ratio, strides: [4])
      time("RoIAlign of 1000 regions, 256 channels\(name)") { pooling.pool(regions, from: [map], into: result) }
    }
    let pooling = RegionPooling(method: .legacyRoIAlign, outputSize: 7, samplingRatio: 2, strides: [4])
    time("RoIAlign of 1000 regions, forward and backward") {
      pooling.pool(regions, from: [map], into: result)
      gradient.clear()
      pooling.poolBackward(result, regions: regions, into: [gradient])
    }
  }
}
