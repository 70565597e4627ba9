import Foundation
import Testing
import YOLO

@Suite struct YOLOLossConfigurationTests {
  @Test func defaultIsValid() throws {
    try YOLOLossConfiguration().validate()
  }

  @Test(arguments: [
    "boxWeight", "objectnessWeight", "classificationWeight", "levelBalance", "labelSmoothing", "centerRadius",
    "maximumSideRatio", "iouCostWeight", "topCandidates", "ignoreIoU",
  ])
  func namesTheWrongSetting(key: String) {
    var configuration = YOLOLossConfiguration()
    switch key {
    case "boxWeight": configuration.boxWeight = -1
    case "objectnessWeight": configuration.objectnessWeight = .nan
    case "classificationWeight": configuration.classificationWeight = .infinity
    case "levelBalance": configuration.levelBalance[1] = -1
    case "labelSmoothing": configuration.labelSmoothing = 1
    case "centerRadius": configuration.assignment.centerRadius = 0
    case "maximumSideRatio": configuration.assignment.maximumSideRatio = 0.9
    case "iouCostWeight": configuration.assignment.iouCostWeight = -3
    case "topCandidates": configuration.assignment.topCandidates = 0
    default: configuration.assignment.ignoreIoU = 1.1
    }
    #expect {
      try configuration.validate()
    } throws: {
      ($0 as? YOLOConfigurationError)?.key == key
    }
  }

  @Test func theFileSaysStatic() throws {
    var configuration = YOLOLossConfiguration()
    configuration.assignment.strategy = .fixed
    let data = try JSONEncoder().encode(configuration)
    #expect(String(decoding: data, as: UTF8.self).contains(#""strategy":"static""#))
    #expect(try JSONDecoder().decode(YOLOLossConfiguration.self, from: data) == configuration)
  }
}
