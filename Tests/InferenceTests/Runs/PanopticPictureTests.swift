import DetectionUtilities
import ImageCodecs
import Inference
import Testing

@Suite struct PanopticPictureTests {
  private typealias Segment = PanopticSegmentation.Segment

  /// Two objects of a class, one of stuff, and a pixel of none.
  @Test func coloursAreIds() {
    let size = ImageSize(width: 3, height: 2)
    let picture = PanopticPicture(
      PanopticSegmentation(
        ids: [1, 1, 2, 0, 3, 3],
        segments: [Segment(id: 1, classIndex: 0), Segment(id: 2, classIndex: 0), Segment(id: 3, classIndex: 1)]),
      size: size, categoryIDs: [7, 90])
    #expect(picture.segments.map(\.categoryID) == [7, 7, 90])
    #expect(picture.segments.map(\.area) == [2, 1, 2])
    #expect(picture.segments.map(\.bbox) == [[0, 0, 2, 1], [2, 0, 1, 1], [1, 1, 2, 1]])
    #expect(Set(picture.segments.map(\.id)).count == 3)
    let pixels = picture.image.pixels
    let ids = (0..<6).map { Int(pixels[3 * $0]) + 256 * Int(pixels[3 * $0 + 1]) + 65536 * Int(pixels[3 * $0 + 2]) }
    let expected = picture.segments.map(\.id)
    #expect(ids == [expected[0], expected[0], expected[1], 0, expected[2], expected[2]])
  }

  /// More objects of a class than a channel has levels.
  @Test func manyObjectsHaveColoursOfTheirOwn() {
    let count = 1000
    let picture = PanopticPicture(
      PanopticSegmentation(
        ids: (1...count).map { UInt32($0) }, segments: (1...count).map { Segment(id: $0, classIndex: $0 % 2) }),
      size: ImageSize(width: count, height: 1), categoryIDs: [1, 2])
    #expect(Set(picture.segments.map(\.id)).count == count)
    #expect(!picture.segments.contains { $0.id == 0 })
  }
}
