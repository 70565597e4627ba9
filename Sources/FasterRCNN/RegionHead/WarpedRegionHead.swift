import DetectionUtilities
import ImageCodecs
import Models

/// R-CNN's handling of regions (Girshick et al. 2014): every one is cut out of the image, warped to one size with a little
/// of its surroundings, and sent through the whole network.
struct WarpedRegionHead {
  /// Pixels of a warped region that show its surroundings, on every side.
  private static let context = 8

  let compiled: CompiledFasterRCNN
  private let transform: Preprocessing

  /// - Parameter preprocessing: of the model; the size is that of warped regions instead.
  init(_ compiled: CompiledFasterRCNN, preprocessing: Preprocessing) {
    self.compiled = compiled
    var transform = preprocessing
    transform.inputSize = ImageSize(width: TwoStagePlans.warpedSide, height: TwoStagePlans.warpedSide)
    // Every region has that size already.
    transform.resize = .stretch
    self.transform = transform
  }

  /// - Parameters:
  ///   - regions: pixels of the image as it came.
  ///   - targets: the same in pixels of the network's input, to which the output refers.
  func callAsFunction(
    _ regions: [BoundingBox], of image: RGBImage, as targets: [BoundingBox], times: inout StageTimes
  ) throws -> BoxHeadOutput {
    let plans = try compiled.plans()
    let trunk = plans.trunks.latest
    let side = Double(TwoStagePlans.warpedSide)
    let context = Double(Self.context)
    let inner = BoundingBox(x1: context, y1: context, x2: side - context, y2: side - context)
    var output = BoxHeadOutput()
    for start in stride(from: 0, to: regions.count, by: TwoStagePlans.warpedBatch) {
      let part = regions[start..<min(start + TwoStagePlans.warpedBatch, regions.count)]
      let batch = times.measure(\.preparation) {
        var crops = part.map { image.warped($0, side: TwoStagePlans.warpedSide, context: Self.context) }
        while crops.count < TwoStagePlans.warpedBatch { crops.append(crops[0]) }
        return ImageBatch(crops, preprocessing: transform)
      }
      _ = try compiled.run(trunk.plan, filling: batch.write, &times)
      times.measure(\.pooling) {
        compiled.network.pooling.pool(
          part.indices.map { RegionOfInterest(box: inner, image: $0 - start) }, from: compiled.maps(of: trunk),
          into: plans.head.blockedInput)
      }
      try compiled.appendHeadOutput(for: targets[part.indices], to: &output, plans.head, &times)
    }
    return output
  }
}
