import DetectionUtilities
import Tensors

/// The grid of one level of a head's output, [images, A·(5 + C), rows, columns]: where a prediction's numbers stand and
/// which box they mean.
struct GridLevel: Sendable {
  let images: Int
  let anchors: [AnchorSize]
  let classCount: Int
  let rows: Int
  let columns: Int
  let stride: Double
  let scaleXY: Double
  let parameterisation: BoxParameterisation
  var hasDeviations = false

  /// From one number of a box to the next.
  var boxStep: Int { hasDeviations ? 2 : 1 }
  /// Place of the objectness among a prediction's numbers; the classes follow.
  var objectnessIndex: Int { 4 * boxStep }
  /// Elements from one channel of a prediction to the next.
  var cellCount: Int { rows * columns }

  /// How many cells from its own centre a cell can put a box's centre, along each axis (never quite reached).
  var reach: Double { scaleXY / 2 }

  /// Index of tx; ty, tw, th, objectness and the classes follow ``cellCount`` apart.
  func offset(image: Int, anchor: Int, row: Int, column: Int) -> Int {
    (image * anchors.count + anchor) * (objectnessIndex + 1 + classCount) * cellCount + row * columns + column
  }

  func offset(of location: GridLocation) -> Int {
    offset(image: location.image, anchor: location.anchor, row: location.row, column: location.column)
  }

  /// The box of the raw (tx, ty, tw, th), unclipped. Finite unless a raw number is not, or e^tw overflows.
  func decode(_ raw: SIMD4<Double>, anchor: Int, row: Int, column: Int) -> DecodedBox {
    let anchor = anchors[anchor]
    let sigmoidX = Logistic.sigmoid(raw.x)
    let sigmoidY = Logistic.sigmoid(raw.y)
    let shift = (scaleXY - 1) / 2
    let width: (size: Double, derivative: Double)
    let height: (size: Double, derivative: Double)
    switch parameterisation {
    case .exponential:
      width = exponentialSize(raw.z, anchor: anchor.width)
      height = exponentialSize(raw.w, anchor: anchor.height)
    case .squared:
      width = squaredSize(raw.z, anchor: anchor.width)
      height = squaredSize(raw.w, anchor: anchor.height)
    }
    return DecodedBox(
      box: BoundingBox(
        centerX: (scaleXY * sigmoidX - shift + Double(column)) * stride,
        centerY: (scaleXY * sigmoidY - shift + Double(row)) * stride,
        width: width.size, height: height.size),
      derivatives: SIMD4(
        scaleXY * sigmoidX * (1 - sigmoidX) * stride, scaleXY * sigmoidY * (1 - sigmoidY) * stride,
        width.derivative, height.derivative))
  }

  private func exponentialSize(_ t: Double, anchor: Double) -> (size: Double, derivative: Double) {
    let size = anchor * t.exponential()
    return (size, size)
  }

  private func squaredSize(_ t: Double, anchor: Double) -> (size: Double, derivative: Double) {
    let sigmoid = Logistic.sigmoid(t)
    let size = anchor * 4 * sigmoid * sigmoid
    return (size, 2 * size * (1 - sigmoid))
  }
}

extension GridLevel {
  func rawBox(in output: Tensor, offset: Int) -> SIMD4<Double> {
    SIMD4(
      Double(output[offset]), Double(output[offset + cellCount]), Double(output[offset + 2 * cellCount]),
      Double(output[offset + 3 * cellCount]))
  }

  func rawBox(in output: UnsafeBufferPointer<Float>, offset: Int) -> SIMD4<Double> {
    let step = boxStep * cellCount
    return SIMD4(
      Double(output[offset]), Double(output[offset + step]), Double(output[offset + 2 * step]),
      Double(output[offset + 3 * step]))
  }

  /// One less the mean of a box's deviations; 1 where a head has none.
  func certainty(in output: UnsafeBufferPointer<Float>, offset: Int) -> Double {
    guard hasDeviations else { return 1 }
    let deviations = (0..<4).reduce(0) { $0 + Logistic.sigmoid(Double(output[offset + (2 * $1 + 1) * cellCount])) }
    return 1 - deviations / 4
  }
}

extension YOLOHeadConfiguration {
  /// The levels of a head's outputs.
  ///
  /// - Precondition: one output per level, of the shape that the configuration says, all with as many images.
  func levels(of outputs: [Tensor]) -> [GridLevel] {
    precondition(
      outputs.count == levelCount && anchors.count == levelCount && scaleXY.count == levelCount,
      "\(outputs.count) outputs for a head of \(levelCount) levels")
    return outputs.enumerated().map { level, output in
      let shape = output.shape
      precondition(
        shape.rank == 4 && shape[1] == outputChannels(level: level) && shape[0] == outputs[0].shape[0],
        "level \(level) is \(shape), expected \(outputs[0].shape[0]) images of \(outputChannels(level: level)) channels"
      )
      return GridLevel(
        images: shape[0], anchors: anchors[level], classCount: classCount, rows: shape[2], columns: shape[3],
        stride: Double(strides[level]), scaleXY: scaleXY[level], parameterisation: boxParameterisation,
        hasDeviations: hasDeviations)
    }
  }
}

/// A box that a cell predicts, with what the chain rule needs.
struct DecodedBox {
  /// Corner form, pixels of the network's input.
  var box: BoundingBox
  /// The derivatives of (centre x, centre y, width, height), each with respect to its own raw number tx, ty, tw, th.
  var derivatives: SIMD4<Double>

  /// The gradient with respect to (tx, ty, tw, th) of something whose gradient with respect to (x1, y1, x2, y2) is
  /// given.
  func rawGradient(corners gradient: SIMD4<Double>) -> SIMD4<Double> {
    derivatives
      * SIMD4(
        gradient.x + gradient.z, gradient.y + gradient.w, (gradient.z - gradient.x) / 2, (gradient.w - gradient.y) / 2)
  }
}
