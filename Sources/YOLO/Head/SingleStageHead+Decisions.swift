import DetectionUtilities
import Models
import Tensors

extension SingleStageHead: DecisionHead {
  /// Objects after suppression.
  public func decisions(_ outputs: [Tensor], options: DetectionOptions) -> [Decision] {
    let suppress = NonMaximumSuppression(iouThreshold: options.iou, maximumDetections: options.maximumDetections)
    return suppress(candidates(outputs, scoreThreshold: options.confidence)[0]).map { .object($0) }
  }

  /// Of a grid: objectness and class of the cell whose box it is. The first YOLO's numbers are not traced.
  public func scoreGradient(of decision: Decision, outputs: [Tensor]) -> [Tensor]? {
    guard case .grid(let head) = self, case .object(let detection) = decision else { return nil }
    for (index, level) in head.levels(of: outputs).enumerated() {
      guard let prediction = level.prediction(of: detection, in: outputs[index]) else { continue }
      var gradients = outputs.map { Tensor(zeros: $0.shape) }
      for (offset, slope) in level.scoreSlopes(
        offset: prediction, classIndex: detection.classIndex, head.classProbability, in: outputs[index])
      {
        gradients[index][offset] = Float(slope)
      }
      return gradients
    }
    return nil
  }
}

extension GridLevel {
  /// Where the numbers of the prediction stand whose box this is, in the first image; nil where it is none of this level's.
  fileprivate func prediction(of detection: Detection, in output: Tensor) -> Int? {
    output.withUnsafeBufferPointer { values in
      for anchor in anchors.indices {
        for row in 0..<rows {
          for column in 0..<columns {
            let offset = offset(image: 0, anchor: anchor, row: row, column: column)
            // Boxes are decoded as detection decodes them, so that equal ones are equal to the last digit.
            if decode(rawBox(in: values, offset: offset), anchor: anchor, row: row, column: column).box == detection.box
            {
              return offset
            }
          }
        }
      }
      return nil
    }
  }

  /// The derivatives of score = certainty · σ(objectness) · p(class), by place in the output.
  fileprivate func scoreSlopes(
    offset: Int, classIndex: Int, _ probability: ClassProbability, in output: Tensor
  ) -> [(offset: Int, slope: Double)] {
    output.withUnsafeBufferPointer { values in
      let objectnessPlace = offset + objectnessIndex * cellCount
      let objectness = Logistic.sigmoid(Double(values[objectnessPlace]))
      let certainty = certainty(in: values, offset: offset)
      func place(_ index: Int) -> Int { objectnessPlace + (index + 1) * cellCount }
      let logits = (0..<classCount).map { Double(values[place($0)]) }
      let classProbability: Double
      var slopes: [(offset: Int, slope: Double)]
      switch probability {
      case .independent:
        classProbability = Logistic.sigmoid(logits[classIndex])
        slopes = [(place(classIndex), certainty * objectness * classProbability * (1 - classProbability))]
      case .softmax:
        let shares = CrossEntropyLoss.softmax(logits)
        classProbability = shares[classIndex]
        slopes = shares.enumerated().map { index, share in
          (place(index), certainty * objectness * classProbability * ((index == classIndex ? 1 : 0) - share))
        }
      }
      slopes.append((objectnessPlace, certainty * classProbability * objectness * (1 - objectness)))
      guard hasDeviations else { return slopes }
      for index in 0..<4 {
        let deviationPlace = offset + (2 * index + 1) * cellCount
        let deviation = Logistic.sigmoid(Double(values[deviationPlace]))
        slopes.append((deviationPlace, -objectness * classProbability * deviation * (1 - deviation) / 4))
      }
      return slopes
    }
  }
}
