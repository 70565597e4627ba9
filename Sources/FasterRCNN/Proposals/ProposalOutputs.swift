import DetectionUtilities
import ImageCodecs
import Tensors

/// The proposal network's outputs for every anchor, as the trunk gives them.
package struct ProposalOutputs {
  /// One proposal map.
  package struct Level {
    /// N × A × H × W, logits.
    package var objectness: Tensor
    /// N × 4A × H × W; the four of an anchor follow each other.
    package var deltas: Tensor
    /// In the order of torchvision: rows, columns, anchors of a cell.
    package var anchors: [BoundingBox]
    package var cellCount: Int
    package var anchorsPerCell: Int

    /// Place of an anchor's objectness.
    package func objectnessOffset(image: Int, anchor: Int) -> Int {
      let (cell, kind) = anchor.quotientAndRemainder(dividingBy: anchorsPerCell)
      return (image * anchorsPerCell + kind) * cellCount + cell
    }

    /// Place of an anchor's dx; dy, dw and dh follow `cellCount` apart.
    package func deltaOffset(image: Int, anchor: Int) -> Int {
      let (cell, kind) = anchor.quotientAndRemainder(dividingBy: anchorsPerCell)
      return (image * anchorsPerCell + kind) * 4 * cellCount + cell
    }
  }

  package var levels: [Level]

  package var imageCount: Int { levels[0].objectness.shape[0] }

  /// - Parameters:
  ///   - tensors: objectness and deltas in turn.
  ///   - anchors: one list per level, as ``AnchorGrid`` lays them out.
  package init(_ tensors: [Tensor], anchors: AnchorGrid) {
    precondition(tensors.count == 2 * anchors.levels.count, "an objectness and a delta map for each level")
    levels = anchors.levels.enumerated().map { index, boxes in
      let objectness = tensors[2 * index]
      let cells = objectness.shape[2] * objectness.shape[3]
      precondition(boxes.count == cells * objectness.shape[1], "anchors of another map")
      return Level(
        objectness: objectness, deltas: tensors[2 * index + 1], anchors: boxes, cellCount: cells,
        anchorsPerCell: objectness.shape[1])
    }
  }
}

/// All anchors over an input, map by map.
package struct AnchorGrid {
  package var levels: [[BoundingBox]]

  /// - Parameter shapes: rows and columns of every map.
  package init(_ generator: AnchorGenerator, inputSize: ImageSize, maps: [(rows: Int, columns: Int)]) {
    precondition(generator.levels.count == maps.count, "anchors for each map")
    levels = maps.enumerated().map { level, map in
      // Whole pixels, as in torchvision, where a map's extent does not divide the input's.
      let stride = (x: Double(inputSize.width / map.columns), y: Double(inputSize.height / map.rows))
      return generator.anchors(level: level, rows: map.rows, columns: map.columns, stride: stride)
    }
  }

  /// All of them, in order of the levels.
  package var all: [BoundingBox] { levels.flatMap { $0 } }
}
