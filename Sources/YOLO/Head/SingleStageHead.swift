import DetectionUtilities
import Tensors

/// How the outputs of a single-stage network become boxes.
public enum SingleStageHead: Hashable, Sendable {
  /// Raw maps, one a level (YOLOv2 and later).
  case grid(YOLOHeadConfiguration)
  /// One vector (YOLOv1).
  case cells(CellHeadConfiguration)

  public var classCount: Int {
    switch self {
    case .grid(let head): head.classCount
    case .cells(let head): head.classCount
    }
  }

  /// The candidates of non-maximum suppression of each image, in pixels of the network's input.
  func candidates(_ outputs: [Tensor], scoreThreshold: Double) -> [[Detection]] {
    switch self {
    case .grid(let head): GridDecoder(head: head, scoreThreshold: scoreThreshold)(outputs)
    case .cells(let head): head.candidates(outputs[0], scoreThreshold: scoreThreshold)
    }
  }
}
