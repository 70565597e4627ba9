import Datasets
import DetectionUtilities
import FolderTesting
import Testing

struct COCOMaskReadingTests {
  /// One image of 6×4 pixels with objects of the segmentations given, numbered from 1.
  private func truth(_ segmentations: [String], in folder: TemporaryFolder) throws -> String {
    let annotations = segmentations.enumerated().map { index, segmentation in
      #"{"id": \#(index + 1), "image_id": 7, "category_id": 3, "bbox": [0, 0, 2, 2], "area": 4"#
        + (segmentation.isEmpty ? "}" : #", "segmentation": \#(segmentation)}"#)
    }
    return try folder.write(
      """
      {"images": [{"id": 7, "file_name": "a.png", "width": 6, "height": 4}],
       "categories": [{"id": 3, "name": "cat"}], "annotations": [\(annotations.joined(separator: ","))]}
      """, to: "truth.json")
  }

  private func read(_ path: String, masks: Bool = true) throws -> LabelledDataset {
    try LabelledDataset.read(
      at: path, options: DatasetReadingOptions(requiresImages: false, treatment: .asWritten, readsMasks: masks))
  }

  /// The four upper left pixels, in every form.
  private let forms = [
    "[[0, 0, 2, 0, 2, 2, 0, 2]]", #"{"counts": [0, 2, 2, 2, 18], "size": [4, 6]}"#,
    #"{"counts": "0220`0", "size": [4, 6]}"#,
  ]

  @Test("outlines and run lengths are the same mask, and are read only where asked for")
  func everyForm() throws {
    let folder = try TemporaryFolder()
    let path = try truth(forms, in: folder)
    let objects = try read(path).images[0].objects
    let expected = try RunLengthMask(width: 6, height: 4, counts: [0, 2, 2, 2, 18])
    #expect(try objects.map { try $0.segmentation?.mask(width: 6, height: 4) } == [expected, expected, expected])
    #expect(try read(path, masks: false).images[0].objects.allSatisfy { $0.segmentation == nil })
  }

  @Test(
    "what is no mask of its image is named, counted and left out",
    arguments: [
      ("[[0, 0, 2, 2]]", "has an outline of 2 points"),
      (#"{"counts": [0, 5], "size": [4, 6]}"#, "run lengths of 5 pixels"),
      (#"{"counts": [0, 99], "size": [4, 6]}"#, "run lengths of more than 24 pixels"),
      (#"{"counts": [0, 24], "size": [6, 4]}"#, "has run lengths of 4×6; expected 6×4"),
      (#"{"counts": "02~", "size": [4, 6]}"#, "at place 2"), ("", "has no segmentation"),
    ])
  func invalidMasks(segmentation: String, detail: String) throws {
    let folder = try TemporaryFolder()
    let dataset = try read(truth([forms[0], segmentation], in: folder))
    #expect(dataset.images[0].objects.map(\.annotationID) == [1])
    #expect(dataset.audit[.invalidMask] == 1)
    let place = try #require(dataset.audit.firstPlaces[.invalidMask]?.first)
    #expect(place.contains("annotation 2") && place.contains(detail), "\(place)")
  }

  @Test("an object without pixels stays to be found, and is counted")
  func emptyMasks() throws {
    let folder = try TemporaryFolder()
    let path = try truth([#"{"counts": [24], "size": [4, 6]}"#, "[[9, 9, 12, 9, 12, 12]]"], in: folder)
    let dataset = try read(path)
    #expect(dataset.objectCount == 2 && dataset.audit[.emptyMask] == 2)
  }

  @Test("results need no box: it is the one around the mask, and the area is the mask's")
  func resultsWithoutBoxes() throws {
    let folder = try TemporaryFolder()
    let dataset = try read(truth(forms, in: folder))
    let more = #""image_id": 7, "category_id": 3, "score": 0.5"#
    // The pixels (1, 1), (1, 2) and (2, 0), (2, 1), then none, then a box beside the mask.
    let path = try folder.write(
      """
      [{\(more), "segmentation": {"counts": [5, 2, 1, 2, 14], "size": [4, 6]}},
       {\(more), "segmentation": {"counts": [24], "size": [4, 6]}},
       {\(more), "bbox": [0, 0, 3, 3], "segmentation": \(forms[2])}]
      """, to: "found.json")
    for masks in [true, false] {
      let found = try DetectionSet.read(
        at: path, for: dataset, options: DetectionReadingOptions(readsMasks: masks))
      #expect(
        found.detections.map(\.box) == [
          CornerSizeBox(x: 1, y: 0, width: 2, height: 3), CornerSizeBox(x: 0, y: 0, width: 0, height: 0),
          CornerSizeBox(x: 0, y: 0, width: 3, height: 3),
        ])
      #expect(found.detections.map(\.area) == [4, 0, masks ? 9 : nil])
      #expect(found.segmentations.count == (masks ? 3 : 0))
      #expect(found.readings.contains { $0.contains("boxes beside their masks") } == masks)
    }
  }

  @Test(
    "of results, what is no mask of its image is refused by its place",
    arguments: [
      (#", "segmentation": {"counts": [23], "size": [4, 6]}"#, "[0]: has run lengths of 23 pixels"),
      (#", "segmentation": {"counts": [20], "size": [4, 5]}"#, "[0]: has run lengths of 5×4; expected 6×4"),
      (#", "segmentation": [[1, 1, 2]]"#, "[0]: has an outline of 3 numbers"), ("", "[0]: has no segmentation"),
    ])
  func invalidResults(segmentation: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let dataset = try read(truth(forms, in: folder))
    let path = try folder.write(
      #"[{"image_id": 7, "category_id": 3, "score": 0.5, "bbox": [0, 0, 1, 1]\#(segmentation)}]"#, to: "found.json")
    let error = try #require(throws: DatasetError.self) {
      try DetectionSet.read(at: path, for: dataset, options: DetectionReadingOptions(readsMasks: true))
    }
    #expect(error.problem.contains(problem), "\(error)")
    // Boxes alone are not concerned.
    #expect(try DetectionSet.read(at: path, for: dataset).detections.count == 1)
  }
}
