import DetectionUtilities
import Foundation
import ImageCodecs
import Models
import Testing

struct PreprocessingTests {
  private let varying = Preprocessing(
    inputSize: ImageSize(width: 96, height: 64), resize: .shorterSide(40, longerAtMost: 80), antialias: false,
    mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25])

  /// As a model file of version 0.1 holds it.
  @Test func anOlderModelsPreprocessingIsRead() throws {
    let text = """
      {"inputSize":{"height":416,"width":320},"mean":[0,0,0],"resize":"letterbox","standardDeviation":[1,1,1]}
      """
    let found = try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8))
    #expect(found == Preprocessing(inputSize: ImageSize(width: 320, height: 416)))
    #expect(found.antialias && found.decodingSize == found.inputSize)
  }

  @Test func comesBackFromJSON() throws {
    let data = try JSONEncoder().encode(varying)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == varying)
    #expect(varying.decodingSize == nil)
    var plain = Preprocessing(inputSize: ImageSize(width: 8, height: 8))
    plain.antialias = false
    #expect(plain.decodingSize == nil)
  }

  @Test func fixedIsALetterboxOfTheSameColours() {
    let fixed = varying.fixed(to: ImageSize(width: 64, height: 64))
    #expect(fixed.resize == .letterbox && fixed.antialias && fixed.mean == varying.mean)
    #expect(fixed.inputSize == ImageSize(width: 64, height: 64))
    let stretched = Preprocessing(inputSize: ImageSize(width: 8, height: 8), resize: .stretch, antialias: false)
    #expect(stretched.fixed(to: stretched.inputSize) == stretched)
  }

  /// 20×10 becomes 80×40 on 96×64; 1 of 0…1 is (1 − 0.5) / 0.25 = 2, and what is left is 0.
  @Test func theInputFollowsTheImage() {
    let image = RGBImage(size: ImageSize(width: 20, height: 10), color: (255, 255, 255))
    let batch = ImageBatch([image, image], preprocessing: varying)
    #expect(batch.shape == [2, 3, 64, 96] && batch.inputSize == ImageSize(width: 96, height: 64))
    var written = [Float](repeating: .nan, count: batch.shape.elementCount)
    written.withUnsafeMutableBufferPointer { batch.write(to: $0) }
    for (place, value) in written.enumerated() {
      let (x, y) = (place % 96, place / 96 % 64)
      #expect(abs(value - (x < 80 && y < 40 ? 2 : 0)) < 1e-6)
      if value.isNaN { break }
    }
    let box = BoundingBox(x1: 8, y1: 4, x2: 90, y2: 20)
    let mapped = batch.inputs[1].mapBack([Detection(box: box, classIndex: 0, score: 1)])
    #expect(mapped.map(\.box) == [BoundingBox(x1: 2, y1: 1, x2: 20, y2: 5)])
    #expect(
      ImageBatch([RGBImage(size: ImageSize(width: 10, height: 20))], preprocessing: varying).shape == [1, 3, 96, 64])
  }

  /// Without antialiasing a thin line between the sampled pixels vanishes; with it, it greys.
  @Test func antialiasReachesTheImage() {
    var image = RGBImage(size: ImageSize(width: 8, height: 8))
    for row in 0..<8 { image.pixels[3 * (8 * row)] = 255 }
    func red(_ antialias: Bool) -> Float {
      let preprocessing = Preprocessing(
        inputSize: ImageSize(width: 2, height: 2), resize: .stretch, antialias: antialias)
      var planes = [Float](repeating: .nan, count: 12)
      planes.withUnsafeMutableBufferPointer { preprocessing(SourceImage(image)).write(to: $0) }
      return planes[0]
    }
    #expect(red(true) > 0 && red(false) == 0)
  }

  @Test func imagesOfOtherShapesAreTheCallersMistake() async {
    await #expect(processExitsWith: .failure) {
      let preprocessing = Preprocessing(
        inputSize: ImageSize(width: 96, height: 64), resize: .shorterSide(40, longerAtMost: 80))
      let sizes = [ImageSize(width: 20, height: 10), ImageSize(width: 10, height: 20)]
      _ = ImageBatch(sizes.map { RGBImage(size: $0) }, preprocessing: preprocessing)
    }
  }
}
