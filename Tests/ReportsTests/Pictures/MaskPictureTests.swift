import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import ImageCodecs
import Reports
import Testing

/// One grey image of 100×60 pixels, by masks: an object that is found, one that is missed, and a wrong detection.
@Suite struct MaskPictureTests {
  private let size = ImageSize(width: 100, height: 60)

  private func mask(_ columns: Range<Int>, _ rows: Range<Int>) -> COCOSegmentation {
    COCOSegmentation(
      RunLengthMask(
        width: size.width, height: size.height,
        inside: columns.map { $0 * size.height + rows.lowerBound..<$0 * size.height + rows.upperBound }))
  }

  private func set(path: String) -> EvaluationSet {
    // Boxes say nothing: each is the image.
    let box = CornerSizeBox(x: 0, y: 0, width: 100, height: 60)
    return EvaluationSet(
      classes: [ObjectClass(id: 1, name: "")], images: [EvaluationSet.Image(id: 5, name: "a.png", path: path)],
      groundTruth: (0..<2).map { _ in EvaluationGroundTruth(imageID: 5, classIndex: 0, box: box) },
      detections: [0.9, 0.8].map { EvaluationDetection(imageID: 5, classIndex: 0, box: box, score: $0) },
      masks: InstanceMasks(
        objects: [mask(0..<20, 0..<60), mask(30..<50, 0..<60)],
        detections: [mask(0..<20, 0..<60), mask(80..<100, 0..<60)], sizes: [5: size]))
  }

  @Test func masksAreTintedAndOutlined() throws {
    let folder = try TemporaryFolder()
    try RGBImage(size: size, color: (90, 90, 90)).write(to: folder.path("a.png"))
    let set = set(path: folder.path("a.png"))
    let analysis = EvaluationAnalysis(
      set, result: EvaluationResult(set, protocol: EvaluationProtocol(.coco, iouType: .segm)),
      settings: AnalysisSettings(confidence: 0.5, resamples: 0))
    #expect(analysis.worstImages.map(\.falsePositives) == [1] && analysis.worstImages.map(\.missed) == [1])
    let pictures = ReportPicture.worst(analysis, of: set)
    #expect(pictures.map(\.size) == [size])
    let drawn = try RGBImage(encoded: pictures[0].jpeg, name: "picture")
    func pixel(_ x: Int, _ y: Int) -> [Int] { (0..<3).map { Int(drawn.pixels[3 * (y * drawn.width + x) + $0]) } }
    func expect(_ x: Int, _ expected: (red: UInt8, green: UInt8, blue: UInt8), opacity: Double) {
      let mixed = [expected.red, expected.green, expected.blue].map { 90 * (1 - opacity) + Double($0) * opacity }
      #expect(zip(pixel(x, 50), mixed).allSatisfy { abs(Double($0) - $1) < 20 }, "\(x): \(pixel(x, 50)), \(mixed)")
    }
    func color(_ mark: ReportPicture.Mark) -> (red: UInt8, green: UInt8, blue: UInt8) {
      (mark.color.red, mark.color.green, mark.color.blue)
    }
    // Tints well inside, and nothing between.
    expect(10, color(.found), opacity: 0.35)
    expect(40, color(.missed), opacity: 0.35)
    expect(90, color(.wrong), opacity: 0.35)
    expect(65, (90, 90, 90), opacity: 1)

    let page = EvaluationPage(analysis, title: "masks", protocolLine: "", pictures: pictures).text
    #expect(page.contains("All figures are of masks and not of boxes: every IoU on this page is that of masks."))
    #expect(page.contains("Objects and wrong detections are tinted, right detections outlined."))
    #expect(CSVReport(analysis).text.split(separator: "\n").map { $0.hasSuffix(",segm") } == [false, true, true])
    #expect(CSVReport(analysis).text.hasPrefix(CSVReport.header.joined(separator: ",") + ",iou_type\n"))
  }

  @Test func contoursAreOpaque() {
    var image = RGBImage(size: ImageSize(width: 12, height: 9), color: (90, 90, 90))
    let mask = RunLengthMask(width: 12, height: 9, inside: [0..<72])
    image.draw([MarkedMask(mark: .right, mask: mask)])
    func red(_ x: Int, _ y: Int) -> UInt8 { image.pixels[3 * (y * 12 + x)] }
    let color = ReportPicture.Mark.right.color.red
    // Eight columns, two pixels wide along every side; a right detection is not tinted.
    #expect([0, 1, 6, 7].allSatisfy { red($0, 4) == color } && [2, 5, 8, 11].allSatisfy { red($0, 4) == 90 })
    image.draw([MarkedMask(mark: .wrong, mask: mask)])
    let wrong = Double(ReportPicture.Mark.wrong.color.red)
    #expect(abs(Double(red(3, 4)) - (90 * 0.65 + wrong * 0.35)) < 2)
  }
}
