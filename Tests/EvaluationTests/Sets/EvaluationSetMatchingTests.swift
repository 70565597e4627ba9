import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import ImageCodecs
import Testing

@Suite struct EvaluationSetMatchingTests {
  @Test func aPartHoldsWhatIsOfItsImages() {
    var set = AnalysedSet.set()
    func mask(_ area: Int) -> COCOSegmentation {
      COCOSegmentation(RunLengthMask(width: 9, height: 9, inside: [0..<area]))
    }
    set.attributes = (0..<4).map { ["place": Double($0)] }
    set.masks = InstanceMasks(
      objects: (0..<4).map { mask($0 + 1) }, detections: (0..<5).map { mask($0 + 11) },
      sizes: Dictionary(uniqueKeysWithValues: (1...4).map { ($0, ImageSize(width: 9, height: 9)) }))
    let part = set.part(ofImages: [2, 3])
    #expect(part.images.map(\.id) == [2, 3])
    #expect(part.groundTruth.map(\.imageID) == [2, 2] && part.attributes.map { $0["place"] } == [2, 3])
    #expect(part.detections.map(\.score) == [0.7, 0.6, 0.05])
    let masks = part.masks
    #expect((0..<2).map { masks?.mask(ofObject: $0, inImage: 2).area } == [3, 4])
    #expect((0..<3).map { masks?.mask(ofDetection: $0, inImage: 3).area } == [13, 14, 15])
    #expect(set.part(ofImages: []).detections.isEmpty)
  }

  @Test func imagesAreMatchedByBoxesOrByMasks() {
    var set = AnalysedSet.set()
    let whole = COCOSegmentation(RunLengthMask(width: 9, height: 9, inside: [0..<81]))
    let nothing = COCOSegmentation(RunLengthMask(width: 9, height: 9, inside: []))
    set.masks = InstanceMasks(
      objects: [whole, whole, whole, whole], detections: [nothing, whole, whole, whole, whole],
      sizes: Dictionary(uniqueKeysWithValues: (1...4).map { ($0, ImageSize(width: 9, height: 9)) }))
    func found(_ iouType: IoUType) -> [[Int]] {
      set.matchedImages(overlaps: set.maskOverlaps(iouType), confidence: 0.1, iouThreshold: 0.5)
        .map(\.places.truePositives)
    }
    #expect(found(.bbox) == [[0], [3], []])
    // Of the first image the first detection has no pixel, and the second, of the same class, has all.
    #expect(found(.segm) == [[1], [3], []] && found(.boundary) == found(.segm))
  }
}
