import DetectionUtilities
import Detectors
import ImageCodecs

extension TwoStageNetwork {
  /// Pixels of a warped region that show its surroundings, on every side.
  private static var warpedContext: Int { 8 }

  /// Runs every region through the whole network, warped to one size with a little of its surroundings.
  ///
  /// - Parameters:
  ///   - regions: pixels of the image.
  ///   - targets: the same in pixels of the network's input, to which the answers refer.
  func judgeWarped(
    _ regions: [BoundingBox], of image: RGBImage, as targets: [BoundingBox], preprocessing: Preprocessing,
    times: inout StageTimes
  ) throws -> RegionAnswers {
    let plans = try plans()
    let trunk = plans.trunks.latest.plan
    let side = Double(TwoStagePlans.warpedSide)
    let context = Double(Self.warpedContext)
    let inner = BoundingBox(x1: context, y1: context, x2: side - context, y2: side - context)
    let maps = try maps()
    var warping = preprocessing
    warping.inputSize = ImageSize(width: TwoStagePlans.warpedSide, height: TwoStagePlans.warpedSide)
    // Every region has that size already.
    warping.resize = .stretch
    var answers = RegionAnswers()
    for start in stride(from: 0, to: regions.count, by: TwoStagePlans.warpedBatch) {
      let part = regions[start..<min(start + TwoStagePlans.warpedBatch, regions.count)]
      let batch = times.measure(\.preparation) {
        var crops = part.map { image.warped($0, side: TwoStagePlans.warpedSide, context: Self.warpedContext) }
        while crops.count < TwoStagePlans.warpedBatch { crops.append(crops[0]) }
        return ImageBatch(crops, preprocessing: warping)
      }
      _ = try run(trunk, filling: batch.write, &times)
      times.measure(\.pooling) {
        network.pooling.pool(
          part.indices.map { RegionOfInterest(box: inner, image: $0 - start) }, from: maps,
          into: plans.head.blockedInput)
      }
      try add(targets[part.indices], to: &answers, plans.head, &times)
    }
    return answers
  }
}
