import Evaluation
import ImageCodecs
import Testing

struct SegmentationResultTests {
  private func map(_ indices: [UInt8]) -> LabelMap {
    LabelMap(size: ImageSize(width: indices.count, height: 1), indices: indices)
  }

  /// Three classes; of class 0 three of four pixels are right, of 1 one of two; class 2 is said once and never shown.
  @Test func figuresByHand() {
    var confusion = PixelConfusion(classCount: 4)
    confusion.add(truth: map([0, 0, 0, 0, 1, 1, 255]), prediction: map([0, 0, 0, 1, 1, 2, 3]))
    let result = SegmentationResult(confusion, classNames: ["a", "b", "c", "d"], imageCount: 1)
    #expect(result.confusion == [[3, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    #expect(result.classes.map(\.iou) == [3.0 / 4, 1.0 / 3, 0, nil])
    #expect(result.classes.map(\.accuracy) == [0.75, 0.5, nil, nil])
    #expect(result.meanIoU == (0.75 + 1.0 / 3 + 0) / 3)
    #expect(result.classAccuracy == 0.625)
    #expect(result.pixelAccuracy == 4.0 / 6)
    #expect(result.frequencyWeightedIoU == 4.0 / 6 * 0.75 + 2.0 / 6 * (1.0 / 3))
  }

  @Test func pixelsOfWhichNothingIsSaidAreWrong() {
    var confusion = PixelConfusion(classCount: 2)
    confusion.add(truth: map([0, 0, 1]), prediction: map([0, 255, 1]))
    let result = SegmentationResult(confusion, classNames: ["a", "b"], imageCount: 1)
    #expect(result.classes.map(\.shown) == [2, 1] && result.classes.map(\.said) == [1, 1])
    #expect(result.meanIoU == 0.75 && result.pixelAccuracy == 2.0 / 3)
  }

  /// The classes' sums are of all pixels of all images, not means over the images.
  @Test func imagesAreAddedBeforeTheyAreDivided() {
    var (sum, parts) = (PixelConfusion(classCount: 2), [PixelConfusion]())
    for (truth, prediction) in [([0, 0, 0, 1], [0, 0, 0, 0]), ([1], [1])] as [([UInt8], [UInt8])] {
      sum.add(truth: map(truth), prediction: map(prediction))
      var part = PixelConfusion(classCount: 2)
      part.add(truth: map(truth), prediction: map(prediction))
      parts.append(part)
    }
    var added = PixelConfusion(classCount: 2)
    for part in parts { added += part }
    let result = SegmentationResult(added, classNames: ["a", "b"], imageCount: 2)
    #expect(added.counts == sum.counts)
    #expect(result.classes.map(\.iou) == [0.75, 0.5])
  }

  @Test func nothingLabelledIsNothing() {
    var confusion = PixelConfusion(classCount: 2)
    confusion.add(truth: map([255, 255]), prediction: map([0, 1]))
    let result = SegmentationResult(confusion, classNames: ["a", "b"], imageCount: 1)
    #expect(result.meanIoU == 0 && result.pixelAccuracy == 0 && result.frequencyWeightedIoU == 0)
    #expect(result.classes.map(\.iou) == [nil, nil])
  }
}
