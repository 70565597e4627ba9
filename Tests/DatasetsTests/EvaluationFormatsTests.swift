import Datasets
import DetectionUtilities
import Foundation
import Testing

/// The same boxes in all the encodings of `shared/data/evaluation`, which is no part of the project.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: RealDatasetTests.data),
    "the data sets are not here: set PEREGRINE_DATA to the folder shared/data"))
struct EvaluationFormatsTests {
  static let folder = RealDatasetTests.data + "/evaluation/formats100"
  static let options = DatasetReadingOptions(imagesFolder: folder + "/images", treatment: .asWritten)

  struct Encoding: Sendable, CustomTestStringConvertible {
    var path: String
    var format: DatasetFormat
    /// Pixels.
    var tolerance: Double
    var testDescription: String { path }
  }

  @Test(
    "100 images with 273 boxes of 20 classes, recognised without being told the format",
    arguments: [
      Encoding(path: "pascalvoc_format", format: .voc, tolerance: 0),
      Encoding(path: "imagenet_format", format: .voc, tolerance: 0),
      Encoding(path: "coco_format_v1", format: .coco, tolerance: 0),
      Encoding(path: "coco_format_v2", format: .coco, tolerance: 0),
      Encoding(path: "cvat_format", format: .cvat, tolerance: 0),
      // Ten digits of a fraction of at most 500 pixels.
      Encoding(path: "openimages_format", format: .openImages, tolerance: 1e-7),
      // Six digits, and a side comes from two numbers.
      Encoding(path: "yolo_format", format: .yolo, tolerance: 5e-4),
    ])
  func groundTruth(encoding: Encoding) throws {
    let path = Self.folder + "/gts/" + encoding.path
    #expect(try DatasetFormat.guess(at: path) == encoding.format)
    let expected = try LabelledDataset.read(at: Self.folder + "/gts/pascalvoc_format", options: Self.options)
    let dataset = try LabelledDataset.read(at: path, options: Self.options)
    #expect(dataset.images.count == 100)
    #expect(dataset.objectCount == 273)
    #expect(dataset.classes.count == 20)
    #expect(dataset.images.map(\.fileName) == expected.images.map(\.fileName))
    #expect(dataset.images.map(\.size) == expected.images.map(\.size))
    for (left, right) in zip(dataset.images, expected.images) {
      let pairs = zip(sorted(left, of: dataset), sorted(right, of: expected))
      for (box, truth) in pairs {
        #expect(box.name == truth.name, "\(left.fileName)")
        #expect(zip(box.sides, truth.sides).allSatisfy { abs($0 - $1) <= encoding.tolerance }, "\(left.fileName)")
      }
      #expect(left.objects.count == right.objects.count)
    }
  }

  /// Exact fractions in Python give the same; with numpy's recall levels VOC 2007 would be 59.897 %.
  @Test(
    "Pascal VOC's figures are the same in every encoding of both sides",
    arguments: [
      "pascalvoc_format", "imagenet_format", "coco_format_v1", "coco_format_v2", "cvat_format", "openimages_format",
      "yolo_format",
    ], ["coco_format/coco_dets.json", "abs_xywh", "abs_xyx2y2", "rel_xywh"])
  func averagePrecision(truth: String, encoding: String) throws {
    let dataset = try LabelledDataset.read(at: Self.folder + "/gts/" + truth, options: Self.options)
    var options = DetectionReadingOptions(classes: dataset.classNames.sorted())
    if encoding == "abs_xyx2y2" { options.form = .corners }
    let found = try DetectionSet.read(at: Self.folder + "/dets/" + encoding, for: dataset, options: options)
    func mean(_ estimator: AveragePrecision, ignoresDifficult: Bool = false) throws -> Double {
      let values = VOCEvaluator().curves(
        groundTruth: dataset.evaluationGroundTruth(ignoresDifficult: ignoresDifficult), detections: found.detections,
        classCount: dataset.classes.count
      ).compactMap(estimator.estimate)
      try #require(!values.isEmpty)
      return values.reduce(0, +) / Double(values.count)
    }
    #expect(try abs(mean(.voc11Point) - 0.604_126) < 1e-6)
    #expect(try abs(mean(.voc11PointRounded) - 0.598_969) < 1e-6)
    #expect(try abs(mean(.allPoint) - 0.610_913) < 1e-6)
    // 38 objects are flagged as difficult in the VOC files alone; by VOC's rules they need not be found.
    let difficult = truth == "pascalvoc_format" ? [0.607_511, 0.613_875] : [0.604_126, 0.610_913]
    #expect(try abs(mean(.voc11Point, ignoresDifficult: true) - difficult[0]) < 1e-6)
    #expect(try abs(mean(.allPoint, ignoresDifficult: true) - difficult[1]) < 1e-6)
  }

  private func sorted(_ image: LabelledImage, of dataset: LabelledDataset) -> [(name: String, sides: [Double])] {
    func key(_ box: (name: String, sides: [Double])) -> String { box.name + "\(box.sides.map { Int($0.rounded()) })" }
    return image.objects.map {
      (name: dataset.classNames[$0.classIndex], sides: [$0.box.x1, $0.box.y1, $0.box.x2, $0.box.y2])
    }.sorted { key($0) < key($1) }
  }

  @Test("a labelmap.txt gives the order of the classes")
  func labelMap() throws {
    let dataset = try LabelledDataset.read(at: Self.folder + "/gts/imagenet_format", options: Self.options)
    #expect(dataset.classNames.prefix(4) == ["person", "cat", "boat", "car"])
  }

  @Test(
    "452 detections in four encodings, against ground truth with other ids and another order of classes",
    arguments: ["coco_format", "abs_xywh", "abs_xyx2y2", "rel_xywh"], ["pascalvoc_format", "coco_format_v2"])
  func detections(encoding: String, truth: String) throws {
    let dataset = try LabelledDataset.read(at: Self.folder + "/gts/" + truth, options: Self.options)
    var options = DetectionReadingOptions()
    // The files' indices are places in VOC's own list, which is in order of name.
    options.classes = dataset.classNames.sorted()
    let path = Self.folder + "/dets/"
    let found = try DetectionSet.read(at: path + encoding, for: dataset, options: options)
    let expected = try DetectionSet.read(at: path + "coco_format/coco_dets.json", for: dataset)
    #expect(expected.detections.count == 452)
    #expect(found.detections.count == 452)
    #expect(found.imagesWithoutDetections == 2)
    #expect(found.findings[.cornersForSizes] == nil)
    let evidence = [
      "abs_xywh": "boxes read as x y width height: 452 of 452 lie in their images so, 105 as x1 y1 x2 y2",
      "abs_xyx2y2": "boxes read as x1 y1 x2 y2: 452 of 452 lie in their images so, 147 as x y width height",
      "rel_xywh": "boxes read as fractions centre-x centre-y width height: no number is above 1",
    ]
    #expect(evidence[encoding].map(found.summary.contains) ?? found.readings.isEmpty, "\(found.summary)")
    let tolerance = encoding == "rel_xywh" ? 1e-3 : 1e-6
    for (left, right) in zip(sorted(found), sorted(expected)) {
      #expect(left.imageID == right.imageID)
      #expect(left.classIndex == right.classIndex)
      #expect(abs(left.score - right.score) < 1e-6)
      #expect(abs(left.box.x - right.box.x) < tolerance && abs(left.box.y - right.box.y) < tolerance)
      #expect(abs(left.box.width - right.box.width) < tolerance && abs(left.box.height - right.box.height) < tolerance)
    }
  }

  private func sorted(_ set: DetectionSet) -> [EvaluationDetection] {
    func key(_ detection: EvaluationDetection) -> [Int] {
      let box = detection.box
      return [detection.imageID, detection.classIndex, Int((detection.score * 1e5).rounded())]
        + [box.x, box.y, box.width, box.height].map { Int($0.rounded()) }
    }
    return set.detections.sorted { key($0).lexicographicallyPrecedes(key($1)) }
  }

  @Test("corners read as corner and size are suspected")
  func cornersForSizes() throws {
    let dataset = try LabelledDataset.read(at: Self.folder + "/gts/pascalvoc_format", options: Self.options)
    let found = try DetectionSet.read(
      at: Self.folder + "/dets/abs_xyx2y2", for: dataset,
      options: DetectionReadingOptions(form: .cornerSize, classes: dataset.classNames.sorted()))
    #expect(found.source == .text(.cornerSize))
    #expect(found.findings[.cornersForSizes, default: 0] > 226)
    #expect(found.summary.contains("the file may hold corners"))
  }

  @Test("text files need no images: 15 boxes and 24 detections, in the order of the files")
  func textFolders() throws {
    let folder = RealDatasetTests.data + "/evaluation/voc-test-case-1"
    let dataset = try LabelledDataset.read(
      at: folder + "/gts", options: DatasetReadingOptions(requiresImages: false, treatment: .asWritten))
    #expect(dataset.images.count == 7)
    #expect(dataset.classNames == ["object"])
    let truth = dataset.evaluationGroundTruth()
    #expect(truth.count == 15)
    #expect(truth[0].box == CornerSizeBox(x: 25, y: 16, width: 38, height: 56))
    let found = try DetectionSet.read(at: folder + "/dets", for: dataset)
    #expect(found.detections.count == 24)
    #expect(found.source == .text(.cornerSize))
    #expect(found.detections[0].box == CornerSizeBox(x: 5, y: 67, width: 31, height: 48))
    #expect(found.detections.map(\.imageID) == found.detections.map(\.imageID).sorted())
  }
}
