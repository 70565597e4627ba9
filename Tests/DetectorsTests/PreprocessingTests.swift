import Detectors
import Foundation
import ImageCodecs
import Testing

@Suite struct PreprocessingTests {
  /// As model files had it before there was a choice.
  @Test func readsFilesWithoutTheChoiceOfAntialiasing() throws {
    let text = """
      {"inputSize":{"width":64,"height":32},"resize":"letterbox","mean":[0,0,0],"standardDeviation":[1,1,1]}
      """
    let read = try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8))
    #expect(read == Preprocessing(inputSize: ImageSize(width: 64, height: 32)))
    #expect(read.antialias)
  }

  /// A line of one white pixel in four, to a quarter of its width: an average, or a blend of the middle two.
  @Test(arguments: [(true, UInt8(64)), (false, UInt8(0))])
  func shrinksAsItSays(_ antialias: Bool, _ expected: UInt8) {
    var image = RGBImage(size: ImageSize(width: 16, height: 1), color: (0, 0, 0))
    for x in stride(from: 0, to: 16, by: 4) { image.fillRectangle(x: x, y: 0, width: 1, height: 1, color: .white) }
    let batch = ImageBatch(
      [image],
      preprocessing: Preprocessing(
        inputSize: ImageSize(width: 4, height: 1), resize: .stretch, antialias: antialias))
    // The filter reaches into the neighbours; inside the line it always holds one white pixel in four.
    #expect(abs(Int(batch.images[0].pixels[3]) - Int(expected)) <= 12)
  }
}
