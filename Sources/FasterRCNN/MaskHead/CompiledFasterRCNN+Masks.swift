import ComputeGraph
import DetectionUtilities
import Foundation
import NetworkPlans
import Tensors

extension CompiledFasterRCNN {
  /// Pools the boxes of detections out of an image's features and runs the mask head on them.
  ///
  /// - Parameter detections: boxes in pixels of the network's input.
  /// - Returns: the probability of every cell of every detection's own class, row-major; nil where the detector has no masks.
  package func runMaskHead(
    _ detections: [Detection], _ features: Features, times: inout StageTimes
  ) throws -> [[Float]]? {
    guard let plan = try plans().masks else { return nil }
    let pooling = network.maskPooling
    let cells = network.configuration.masks.maskSize * network.configuration.masks.maskSize
    var masks: [[Float]] = []
    for start in stride(from: 0, to: detections.count, by: TwoStagePlans.maskBatch) {
      let part = detections[start..<min(start + TwoStagePlans.maskBatch, detections.count)]
      times.measure(\.pooling) {
        pooling.pool(
          part.map { RegionOfInterest(box: $0.box, image: 0) }, from: features.maps, into: plan.blockedInput)
      }
      let logits = try times.measure(\.head) { try plan.run() }[0]
      logits.withUnsafeBufferPointer { values in
        for (row, detection) in part.enumerated() {
          // The background is the first.
          let first = (row * logits.shape[1] + detection.classIndex + 1) * cells
          masks.append(values[first..<first + cells].map { 1 / (1 + expf(-$0)) })
        }
      }
    }
    return masks
  }
}
