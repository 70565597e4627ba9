import Evaluation
import Foundation
import ImageCodecs
import Reports
import Testing

struct SegmentationPageTests {
  private let size = ImageSize(width: 40, height: 20)
  private let colors = [RGBColor(red: 0, green: 0, blue: 255), RGBColor(red: 255, green: 255, blue: 0)]

  private func halves(_ column: Int) -> LabelMap {
    var map = LabelMap(size: size, repeating: 0)
    for y in 0..<20 { for x in column..<40 { map[x, y] = 1 } }
    return map
  }

  private func measurement() -> SegmentationMeasurement {
    var sum = SegmentationMeasurement(
      classNames: ["cell", "<membrane>"], measures: SegmentationMeasures(border: 1))
    for (index, column) in [20, 30, 21].enumerated() {
      sum.add(truth: halves(20), prediction: halves(column), image: "\(index).png")
    }
    return sum
  }

  @Test func thePageHasFiguresAndPictures() throws {
    let sum = measurement()
    let result = sum.result(resamples: 50)
    let worst = SegmentationPage.worst(sum.images)
    #expect(worst.map(\.image) == ["1.png", "2.png", "0.png"])
    let picture = SegmentationPicture(
      worst[0], image: RGBImage(size: size, color: (100, 100, 100)), truth: halves(20), prediction: halves(30),
      colors: colors)
    let page = try SegmentationPage(result, title: "net on <3> images", colors: colors, pictures: [picture]).text
    #expect(page.hasPrefix("<!DOCTYPE html>") && !page.contains("<script"))
    #expect(page.contains("net on &lt;3&gt; images") && page.contains("&lt;membrane&gt;"))
    #expect(page.components(separatedBy: "data:image/jpeg;base64,").count == 4)
    for word in ["mean IoU", "pixel error", "boundary F", "Rand F-score", "variation of information", "Confusion"] {
      #expect(page.contains(word), "\(word)")
    }
  }

  /// Blue and yellow over grey; where the prediction is wrong, between the columns 20 and 30, the third picture is red.
  @Test func picturesShowTruthPredictionAndMistakes() {
    let sum = measurement()
    let picture = SegmentationPicture(
      sum.images[1], image: RGBImage(size: size, color: (100, 100, 100)), truth: halves(20), prediction: halves(30),
      colors: colors)
    func pixel(_ image: RGBImage, _ x: Int) -> [UInt8] { Array(image.pixels[3 * x..<3 * x + 3]) }
    #expect(pixel(picture.truth, 25)[0] > 150 && pixel(picture.prediction, 25)[0] < 60)
    #expect(pixel(picture.mistakes, 25)[0] > 180 && pixel(picture.mistakes, 25)[1] < 90)
    let right = pixel(picture.mistakes, 5)
    #expect(right[0] == right[1] && right[1] == right[2] && right[0] > 150)
  }

  @Test func manyClassesAreListedByConfusion() throws {
    let names = (0..<30).map { "class \($0)" }
    var sum = SegmentationMeasurement(classNames: names)
    sum.add(truth: halves(20), prediction: halves(30), image: "a")
    let page = try SegmentationPage(sum.result(), title: "many", colors: names.indices.map(RGBColor.ofClass)).text
    #expect(page.contains("class 1 as class 0") && page.contains(">200<"))
  }
}
