import DetectionUtilities
import Foundation
import Testing

/// Expected numbers are what pycocotools 2.0.11 computes for `segm`, to six digits.
struct COCOMaskParityTests {
  /// Outlines, or run lengths in compressed text or numbers.
  private enum Segmentation: Decodable {
    case polygons([[Double]])
    case text(String)
    case counts([Int])

    private enum CodingKeys: CodingKey { case counts }

    init(from decoder: any Decoder) throws {
      if let polygons = try? decoder.singleValueContainer().decode([[Double]].self) {
        self = .polygons(polygons)
        return
      }
      let values = try decoder.container(keyedBy: CodingKeys.self)
      if let text = try? values.decode(String.self, forKey: .counts) {
        self = .text(text)
      } else {
        self = .counts(try values.decode([Int].self, forKey: .counts))
      }
    }

    func mask(_ image: Truth.Image) throws -> RunLengthMask {
      switch self {
      case .polygons(let polygons):
        try RunLengthMask(width: image.width, height: image.height, polygons: polygons)
      case .text(let text): try RunLengthMask(width: image.width, height: image.height, compressed: text)
      case .counts(let counts): try RunLengthMask(width: image.width, height: image.height, counts: counts)
      }
    }
  }

  private struct Truth: Decodable {
    struct Image: Decodable { var id: Int, width: Int, height: Int }
    struct Category: Decodable { var id: Int }
    struct Annotation: Decodable {
      var imageId: Int, categoryId: Int
      var area: Double
      var iscrowd: Int
      var segmentation: Segmentation
    }
    var images: [Image]
    var categories: [Category]
    var annotations: [Annotation]
  }

  private struct Result: Decodable {
    var imageId: Int, categoryId: Int
    var score: Double
    var segmentation: Segmentation
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(contentsOf: SharedData.folder.appendingPathComponent(path)))
  }

  private func values(_ truthPath: String, _ resultsPath: String) throws -> [Double] {
    let (truth, results) = (try decode(Truth.self, truthPath), try decode([Result].self, resultsPath))
    let images = Dictionary(uniqueKeysWithValues: truth.images.map { ($0.id, $0) })
    let classes = Dictionary(uniqueKeysWithValues: truth.categories.map(\.id).sorted().enumerated().map { ($1, $0) })
    let objects = try truth.annotations.map { try $0.segmentation.mask(try #require(images[$0.imageId])) }
    let found = try results.map { try $0.segmentation.mask(try #require(images[$0.imageId])) }
    let nowhere = CornerSizeBox(x: 0, y: 0, width: 0, height: 0)
    return COCOEvaluator().evaluate(
      groundTruth: try truth.annotations.map {
        EvaluationGroundTruth(
          imageID: $0.imageId, classIndex: try #require(classes[$0.categoryId]), box: nowhere, area: $0.area,
          isCrowd: $0.iscrowd == 1)
      },
      detections: try results.map {
        EvaluationDetection(
          imageID: $0.imageId, classIndex: try #require(classes[$0.categoryId]), box: nowhere, score: $0.score)
      }, classCount: classes.count, masks: EvaluationMasks(objects: objects, detections: found)
    ).summary.pycocotoolsValues.map { ($0 * 1e6).rounded() / 1e6 }
  }

  @Test(.enabled(if: SharedData.exists("evaluation/fakebbox100"), "needs evaluation/fakebbox100 in PEREGRINE_DATA"))
  func cocoFakeMasks() throws {
    let values = try values(
      "evaluation/fakebbox100/instances_val2014_100.json",
      "evaluation/fakebbox100/instances_val2014_fakesegm100_results.json")
    #expect(
      values == [
        0.319545, 0.562288, 0.298927, 0.387374, 0.310183, 0.326934, 0.268230, 0.415449, 0.416839, 0.469450, 0.376759,
        0.381472,
      ])
  }

  @Test(.enabled(if: SharedData.exists("coco-panoptic"), "needs coco-panoptic in PEREGRINE_DATA"))
  func instancesOfPanopticLabels() throws {
    let values = try values("coco-panoptic/instances_from_panoptic.json", "coco-panoptic/mask_results.json")
    #expect(
      values == [
        0.344465, 0.490462, 0.344018, 0.227531, 0.313684, 0.581765, 0.294132, 0.443839, 0.447304, 0.282580, 0.392827,
        0.667806,
      ])
  }
}
