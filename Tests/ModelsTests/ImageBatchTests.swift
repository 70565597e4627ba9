import DetectionUtilities
import ImageCodecs
import Models
import Testing

struct ImageBatchTests {
  @Test func normalisesEachChannel() {
    let preprocessing = Preprocessing(
      inputSize: ImageSize(width: 2, height: 1), resize: .stretch, mean: [0.5, 0.25, 0],
      standardDeviation: [0.5, 0.25, 2])
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [255, 0, 51, 102, 153, 204])
    let batch = ImageBatch([image, RGBImage(size: ImageSize(width: 2, height: 1))], preprocessing: preprocessing)
    #expect(batch.shape == [2, 3, 1, 2])
    var written = [Float](repeating: .nan, count: 12)
    written.withUnsafeMutableBufferPointer { batch.write(to: $0) }
    // (value / 255 − mean) / deviation, channel after channel; the second image is black.
    let expected: [Float] = [1, -0.2, -1, 1.4, 0.1, 0.4, -1, -1, -1, -1, 0, 0]
    for (found, wanted) in zip(written, expected) { #expect(abs(found - wanted) < 1e-6) }
  }

  @Test func padsWhatTheLetterboxAdds() {
    let size = ImageSize(width: 4, height: 4)
    let image = RGBImage(size: ImageSize(width: 4, height: 2), color: (255, 255, 255))
    let batch = ImageBatch([image], preprocessing: Preprocessing(inputSize: size))
    var written = [Float](repeating: .nan, count: 48)
    written.withUnsafeMutableBufferPointer { batch.write(to: $0) }
    let grey = Float(114) / 255
    #expect(written[0..<4].allSatisfy { abs($0 - grey) < 1e-6 })
    #expect(written[4..<12].allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(written[12..<16].allSatisfy { abs($0 - grey) < 1e-6 })
  }

  @Test(arguments: [
    // A 128×64 image becomes 64×32 under 16 rows of padding.
    (BoundingBox(x1: 5, y1: 26, x2: 25, y2: 46), BoundingBox(x1: 10, y1: 20, x2: 50, y2: 60)),
    (BoundingBox(x1: 0, y1: 16, x2: 64, y2: 48), BoundingBox(x1: 0, y1: 0, x2: 128, y2: 64)),
    (BoundingBox(x1: -5, y1: 0, x2: 80, y2: 47), BoundingBox(x1: 0, y1: 0, x2: 128, y2: 62)),
    // Wholly in the padding: nothing is left of it.
    (BoundingBox(x1: 8, y1: 2, x2: 16, y2: 10), nil),
  ])
  func mapsBoxesBack(network: BoundingBox, source: BoundingBox?) {
    let input = NetworkInput(
      SourceImage(RGBImage(size: ImageSize(width: 128, height: 64))),
      preprocessing: Preprocessing(inputSize: ImageSize(width: 64, height: 64)))
    let mapped = input.mapBack([Detection(box: network, classIndex: 3, score: 0.5)])
    #expect(mapped.map(\.box) == [source].compactMap(\.self))
    #expect(mapped.allSatisfy { $0.classIndex == 3 && $0.score == 0.5 })
  }

  @Test func mapBackInvertsTheTransform() {
    var generator = SeededGenerator(seed: 5)
    let target = ImageSize(width: 96, height: 64)
    for _ in 0..<50 {
      let size = ImageSize(width: 1 + generator.uniform(below: 300), height: 1 + generator.uniform(below: 300))
      let input = NetworkInput(SourceImage(RGBImage(size: size)), preprocessing: Preprocessing(inputSize: target))
      let x1 = generator.uniform(0, Double(size.width))
      let y1 = generator.uniform(0, Double(size.height))
      let box = BoundingBox(
        x1: x1, y1: y1, x2: generator.uniform(x1, Double(size.width)), y2: generator.uniform(y1, Double(size.height)))
      let back = input.mapBack([Detection(box: input.toNetwork(box), classIndex: 0, score: 1)])[0].box
      for (found, wanted) in [(back.x1, box.x1), (back.y1, box.y1), (back.x2, box.x2), (back.y2, box.y2)] {
        #expect(abs(found - wanted) < 1e-6, "\(size)")
      }
    }
  }

  @Test func anEmptyBatchHasNoElements() {
    let batch = ImageBatch([], preprocessing: Preprocessing(inputSize: ImageSize(width: 8, height: 8)))
    #expect(batch.shape == [0, 3, 8, 8])
    #expect(batch.inputs.isEmpty)
  }
}
