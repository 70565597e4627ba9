import DetectionUtilities
import ImageCodecs
import Models
import Tensors

/// Turns what the head says of every region into detections: scores over a threshold, decoded and clipped boxes,
/// suppression within each class.
package struct RegionDecoder {
  package var classCount: Int
  /// What boxes are clipped to where a call does not say otherwise.
  package var inputSize: ImageSize
  package var options: DetectionOptions
  /// Boxes with a shorter side are dropped, pixels of the network's input; torchvision's value.
  package var minimumSize = 1e-2

  package init(classCount: Int, inputSize: ImageSize, options: DetectionOptions) {
    self.classCount = classCount
    self.inputSize = inputSize
    self.options = options
  }

  /// dx, dy, dw, dh are learnt at about unit variance (Girshick 2015, section 2.3, as detectron2 has it).
  package static let coder = BoxCoder(weights: .init(dx: 10, dy: 10, dw: 5, dh: 5))

  /// By descending score, pixels of the network's input. A score or a box that is not a number is dropped.
  ///
  /// - Parameters:
  ///   - output: at least as many rows as there are regions.
  ///   - size: what boxes are clipped to: the part of the input that the image takes.
  package func callAsFunction(_ output: BoxHeadOutput, within size: ImageSize? = nil) -> [Detection] {
    let (logits, deltas, size) = (output.logits, output.deltas, size ?? inputSize)
    let columns = 1 + classCount
    var found: [Detection] = []
    for (row, region) in output.regions.enumerated() {
      let probabilities = CrossEntropyLoss.softmax((0..<columns).map { Double(logits[row * columns + $0]) })
      // False for NaN as well.
      for label in 1..<columns where probabilities[label] > options.confidence {
        let start = (row * columns + label) * 4
        let box = Self.coder.decode(
          BoxCoder.Deltas(
            dx: Double(deltas[start]), dy: Double(deltas[start + 1]), dw: Double(deltas[start + 2]),
            dh: Double(deltas[start + 3])), relativeTo: region
        ).clipped(width: Double(size.width), height: Double(size.height))
        guard box.width >= minimumSize && box.height >= minimumSize else { continue }
        found.append(Detection(box: box, classIndex: label - 1, score: probabilities[label]))
      }
    }
    return NonMaximumSuppression(iouThreshold: options.iou, maximumDetections: options.maximumDetections)(found)
  }
}
