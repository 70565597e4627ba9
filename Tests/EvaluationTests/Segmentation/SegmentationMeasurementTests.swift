import Evaluation
import ImageCodecs
import Testing

struct SegmentationMeasurementTests {
  private func map(_ indices: [UInt8]) -> LabelMap {
    LabelMap(size: ImageSize(width: indices.count, height: 1), indices: indices)
  }

  /// Of the first image everything is right; of the second the boundary is a pixel off; the third has none, and no region.
  private func measurement(_ measures: SegmentationMeasures) -> SegmentationMeasurement {
    var sum = SegmentationMeasurement(classNames: ["cell", "membrane"], measures: measures)
    sum.add(truth: map([0, 0, 0, 1]), prediction: map([0, 0, 0, 1]), image: "a")
    sum.add(truth: map([0, 0, 1, 1]), prediction: map([0, 1, 1, 1]), image: "b")
    sum.add(truth: map([1, 1, 1, 1]), prediction: map([1, 1, 1, 1]), image: "c")
    return sum
  }

  @Test func figuresByHand() throws {
    let result = measurement(SegmentationMeasures(border: 1, boundaryTolerance: 0)).result()
    #expect(result.pixelAccuracy == 11.0 / 12 && result.pixelError == 1.0 / 12)
    let boundary = try #require(result.boundary)
    #expect(boundary.imageCount == 2 && boundary.meanFScore == 0.5 && boundary.fScores == [0.5, 0.5])
    let regions = try #require(result.regions)
    #expect(regions.border == "membrane" && regions.imageCount == 2)
    // In "b" a pixel of the one region, of two pixels, is said to be border: their only pair is split.
    #expect(regions.mean?.randFScore == 0.5 && regions.mean?.falseSplits == 0.5)
    #expect(result.intervals == nil)
  }

  @Test func nothingMoreThanAskedForIsMeasured() {
    let sum = measurement(.pixels)
    let result = sum.result()
    #expect(result.boundary == nil && result.regions == nil)
    #expect(sum.images.map(\.meanIoU) == [1, (0.5 + 2.0 / 3) / 2, 1])
    #expect(sum.images[1].pixelAccuracy == 0.75 && sum.images[1].boundaryFScore == nil)
  }

  @Test func partsAddUp() {
    let measures = SegmentationMeasures(border: 1, boundaryTolerance: 0)
    var sum = measurement(measures)
    sum += measurement(measures)
    #expect(sum.images.count == 6 && sum.result().meanIoU == measurement(measures).result().meanIoU)
  }

  /// Three images give ten different resamples; the worst and the best are all-"b" and all-"a" or "c".
  @Test func intervalsAreOfResampledImages() throws {
    let sum = measurement(SegmentationMeasures(border: 1, boundaryTolerance: 0))
    let intervals = try #require(sum.result(resamples: 2000).intervals)
    #expect(intervals.pixelAccuracy.value == 11.0 / 12)
    #expect(intervals.pixelAccuracy.lower == 0.75 && intervals.pixelAccuracy.upper == 1)
    #expect(intervals.meanIoU.lower == (0.5 + 2.0 / 3) / 2 && intervals.meanIoU.upper == 1)
    #expect(intervals.boundaryFScore?.lower == 0 && intervals.boundaryFScore?.upper == 1)
    #expect(intervals.randFScore?.value == 0.5 && intervals.variationOfInformation?.value == 0.5)
    #expect(try #require(sum.result(resamples: 2000).intervals) == intervals)
    // A single image cannot be drawn otherwise.
    let single = SegmentationIntervals([sum.images[1]], resamples: 10)
    #expect(single.pixelAccuracy.lower == 0.75 && single.pixelAccuracy.upper == 0.75)
    let other = SegmentationIntervals(sum.images, resamples: 20, seed: 1)
    #expect(other != SegmentationIntervals(sum.images, resamples: 20, seed: 2))
    #expect(SegmentationIntervals([sum.images[2]], resamples: 5).randFScore == nil)
  }
}
