import DetectionUtilities
import Tensors

/// Decides which predictions learn which ground truth.
///
/// A prediction learns at most one. Ties go to the ground truth, level, anchor, row, column with the lower index, so
/// that equal inputs give equal outcomes. Ground truths without area or with coordinates that are not finite get no
/// prediction.
public struct TargetAssigner: Sendable {
  public let head: YOLOHeadConfiguration
  public let configuration: TargetAssignerConfiguration

  public init(head: YOLOHeadConfiguration, configuration: TargetAssignerConfiguration = .init()) {
    self.head = head
    self.configuration = configuration
  }

  /// - Parameters:
  ///   - outputs: per level [N, A·(5 + C), H, W], raw. The fixed strategy reads their shapes only.
  ///   - targets: the ground truths of each image, pixels of the network's input.
  /// - Complexity: a few dozen decoded boxes per ground truth; with ``TargetAssignerConfiguration/ignoreIoU`` below 1,
  ///   all boxes of all images with ground truths.
  public func callAsFunction(outputs: [Tensor], targets: [[LabelledBox]]) -> TargetAssignment {
    let levels = head.levels(of: outputs)
    let images = levels.first?.images ?? 0
    precondition(targets.count == images, "targets of \(targets.count) images for outputs of \(images)")
    var positives: [TargetAssignment.Positive] = []
    for (image, truths) in targets.enumerated() {
      positives += self.positives(image: image, truths: truths, levels: levels, outputs: outputs)
    }
    let ignored =
      configuration.ignoreIoU < 1
      ? self.ignored(outputs: outputs, levels: levels, targets: targets, positives: positives) : []
    return TargetAssignment(positives: positives, ignored: ignored)
  }

  /// A ground truth's wish for a prediction; the lowest cost wins the prediction.
  private struct Claim {
    var groundTruth: Int
    var cost: Double
  }

  private func positives(
    image: Int, truths: [LabelledBox], levels: [GridLevel], outputs: [Tensor]
  ) -> [TargetAssignment.Positive] {
    var claims: [GridLocation: Claim] = [:]
    for (groundTruth, truth) in truths.enumerated() where truth.box.isValid && truth.box.area > 0 {
      let candidates = self.candidates(image: image, box: truth.box, levels: levels)
      let chosen =
        switch configuration.strategy {
        case .dynamic: cheapest(candidates, for: truth, levels: levels, outputs: outputs)
        case .fixed: candidates.map { (location: $0.location, cost: $0.sideRatio) }
        }
      for (location, cost) in chosen where cost < claims[location]?.cost ?? .infinity {
        claims[location] = Claim(groundTruth: groundTruth, cost: cost)
      }
    }
    return claims.map { TargetAssignment.Positive(location: $0.key, groundTruth: $0.value.groundTruth) }
      .sorted { $0.location < $1.location }
  }

  /// Unassigned predictions that overlap a ground truth too well to be called background.
  private func ignored(
    outputs: [Tensor], levels: [GridLevel], targets: [[LabelledBox]], positives: [TargetAssignment.Positive]
  ) -> [GridLocation] {
    let assigned = Set(positives.lazy.map(\.location))
    var ignored: [GridLocation] = []
    for (image, truths) in targets.enumerated() where !truths.isEmpty {
      for (levelIndex, level) in levels.enumerated() {
        for anchor in level.anchors.indices {
          outputs[levelIndex].withUnsafeBufferPointer { values in
            let start = level.offset(image: image, anchor: anchor, row: 0, column: 0)
            for cell in 0..<level.cellCount {
              let (row, column) = cell.quotientAndRemainder(dividingBy: level.columns)
              let raw = level.rawBox(in: values, offset: start + cell)
              let box = level.decode(raw, anchor: anchor, row: row, column: column).box
              guard truths.contains(where: { box.iou(with: $0.box) > configuration.ignoreIoU }) else { continue }
              let location = GridLocation(image: image, level: levelIndex, anchor: anchor, row: row, column: column)
              if !assigned.contains(location) { ignored.append(location) }
            }
          }
        }
      }
    }
    return ignored
  }
}
