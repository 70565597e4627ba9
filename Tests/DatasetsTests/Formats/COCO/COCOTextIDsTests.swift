import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import Testing

/// Ids that are texts, as Ultralytics and others write them.
struct COCOTextIDsTests {
  static let document = """
    {"annotations": [{"id": "x", "image_id": "frame 2", "category_id": "c", "bbox": [1, 2, 3, 4]},
                     {"id": 7, "image_id": 5, "category_id": 4, "bbox": [1, 2, 3, 5]},
                     {"id": "y", "image_id": "gone", "category_id": 4, "bbox": [1, 2, 3, 5]}],
     "images": [{"id": 5, "file_name": "a.png", "width": 100, "height": 80},
                {"id": "frame 1", "file_name": "b.png", "width": 100, "height": 80},
                {"id": "frame 2", "file_name": "c.png", "width": 100, "height": 80}],
     "categories": [{"id": 4.0, "name": "dog"}, {"id": "c", "name": "cat"}]}
    """
  static let options = DatasetReadingOptions(requiresImages: false, treatment: .asWritten)

  @Test("they get running numbers above those that the file has, and stay beside them")
  func numbered() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.document, to: "a.json")
    let dataset = try LabelledDataset.read(at: path, options: Self.options)
    #expect(dataset.images.map(\.id) == [5, 6, 7])
    #expect(dataset.images.map(\.textID) == [nil, "frame 1", "frame 2"])
    #expect(dataset.classes.map(\.id) == [4, 5] && dataset.classes.map(\.textID) == [nil, "c"])
    #expect(dataset.images.map { $0.objects.map(\.classIndex) } == [[0], [], [1]])
    #expect(dataset.images.flatMap { $0.objects.map(\.annotationID) } == [7, 8])
    #expect(dataset.audit.firstPlaces[.labelsWithoutImage] == ["\(path), annotation 9: no image 'gone'"])
    let known = try LabelledDataset.read(at: path, classes: ["cat", "owl", "dog"], options: Self.options)
    #expect(known.classes.map(\.textID) == ["c", nil, nil])
  }

  @Test("where the file has the largest number there is, they and new classes get free ones below it")
  func numberedBelow() throws {
    let folder = try TemporaryFolder()
    let largest = "\(Int.max)"
    let text = Self.document.replacing(" 5,", with: " \(largest),").replacing("4.0", with: largest)
      .replacing("\"category_id\": 4", with: "\"category_id\": \(largest)")
    let path = try folder.write(text, to: "a.json")
    let dataset = try LabelledDataset.read(at: path, options: Self.options)
    #expect(dataset.images.map(\.id) == [.max, 1, 2])
    #expect(dataset.classes.map(\.id) == [.max, 1] || dataset.classes.map(\.id) == [1, .max])
    let known = try LabelledDataset.read(at: path, classes: ["owl", "dog", "cat"], options: Self.options)
    #expect(known.classes.map(\.id) == [2, .max, 1])
  }

  @Test("writing COCO keeps them, another format counts them as lost")
  func written() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.document, to: "a.json")
    let dataset = try LabelledDataset.read(at: path, options: Self.options)
    try dataset.write(to: folder.path("b.json"), format: .coco)
    let again = try LabelledDataset.read(at: folder.path("b.json"), options: Self.options)
    #expect(again.images.map(\.textID) == dataset.images.map(\.textID))
    #expect(again.classes == dataset.classes)
    #expect(again.images.map { $0.objects.map(\.box) } == dataset.images.map { $0.objects.map(\.box) })
    let report = try dataset.write(to: folder.path("c.csv"), format: .csv)
    #expect(report.losses[.imageID] == 3 && report.losses[.classID] == 2)
  }
}
