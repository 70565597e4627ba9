import DetectionUtilities
import Testing
import YOLO

@Suite struct YOLOHeadConfigurationTests {
  @Test func defaultIsValid() throws {
    let head = YOLOHeadConfiguration()
    try head.validate()
    #expect(head.levelCount == 3)
    #expect(head.outputChannels(level: 0) == 255)
  }

  @Test(arguments: ["strides", "anchors", "scaleXY", "classCount", "priorProbability"])
  func namesTheWrongSetting(key: String) {
    var head = YOLOHeadConfiguration()
    switch key {
    case "strides": head.strides[1] = 0
    case "anchors": head.anchors[2][0].height = 0
    case "scaleXY": head.scaleXY.removeLast()
    case "classCount": head.classCount = 0
    default: head.priorProbability = 1
    }
    #expect {
      try head.validate()
    } throws: {
      ($0 as? YOLOConfigurationError)?.key == key
    }
  }

  @Test func biasesStartAtThePrior() {
    let head = YOLOHeadConfiguration.small(anchorSides: [[8, 16]], strides: [8], classCount: 2)
    let biases = head.initialBiases(level: 0)
    #expect(biases.count == 14)
    #expect(biases[0..<4].allSatisfy { $0 == 0 })
    #expect(biases[7..<11].allSatisfy { $0 == 0 })
    // ln(0.01/0.99)
    #expect([4, 5, 6, 11, 12, 13].allSatisfy { abs(biases[$0] + 4.59512) < 1e-5 })
  }
}
