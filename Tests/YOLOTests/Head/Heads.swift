import DetectionUtilities
import Tensors
import YOLO

extension YOLOHeadConfiguration {
  /// A head with one list of square anchors per level.
  static func small(
    anchorSides: [[Double]], strides: [Int], classCount: Int,
    parameterisation: BoxParameterisation = .squared, scaleXY: Double = 2
  ) -> YOLOHeadConfiguration {
    var head = YOLOHeadConfiguration()
    head.anchors = anchorSides.map { $0.map { AnchorSize(width: $0, height: $0) } }
    head.strides = strides
    head.classCount = classCount
    head.boxParameterisation = parameterisation
    head.scaleXY = strides.map { _ in scaleXY }
    return head
  }

  /// Index of a channel of a prediction in its level's output.
  func index(_ location: GridLocation, channel: Int, shape: TensorShape) -> Int {
    let plane = (location.image * anchors[location.level].count + location.anchor) * (5 + classCount) + channel
    return (plane * shape[2] + location.row) * shape[3] + location.column
  }

  /// Writes the leading channels of a prediction.
  func set(_ channels: [Float], at location: GridLocation, in outputs: inout [Tensor]) {
    for (channel, value) in channels.enumerated() {
      let index = index(location, channel: channel, shape: outputs[location.level].shape)
      outputs[location.level][index] = value
    }
  }
}

func labelled(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ classIndex: Int = 0) -> LabelledBox {
  LabelledBox(box: BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2), classIndex: classIndex)
}
