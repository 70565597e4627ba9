import Datasets
import FolderTesting
import Foundation
import Testing

struct DatasetFormatTests {
  @Test("formats are recognised by their files")
  func guesses() throws {
    let folder = try TemporaryFolder()
    try folder.write("<a/>", to: "voc/Annotations/a.xml")
    try folder.write("<a/>", to: "beside/a.xml")
    try folder.write("{}", to: "coco/annotations/a.json")
    for name in ["yolo", "pcb", "empty"] { try folder.writeImage("\(name)/images/a.png") }
    try folder.write("0 0 1 1 1", to: "yolo/labels/a.txt")
    try folder.write("0 5 9 9 1", to: "pcb/labels/a.txt")
    try folder.write("", to: "empty/labels/a.txt")
    try folder.write("ImageID,LabelName,XMin,XMax,YMin,YMax\n", to: "open/boxes.csv")
    try folder.write("label,image,x1,y1,x2,y2\n", to: "csv/labels.csv")
    try folder.write("<?xml version=\"1.0\"?>\n<!-- x -->\n<annotations/>", to: "cvat/annotations.xml")
    try folder.write("a cat 0.5 1 2 3", to: "text/a.txt")
    try folder.write("0 0.5 0.5 0.1 0.1", to: "darknet/obj_train_data/a.txt")
    try folder.write("<a/>", to: "nested/Annotations/n01/a.xml")
    try folder.write("{\"version\": \"5\", \"flags\": {}, \"shapes\": []}", to: "labelme/a.json")
    let expected: [(String, DatasetFormat)] = [
      ("labelme", .labelMe), ("labelme/a.json", .labelMe),
      ("open", .openImages), ("open/boxes.csv", .openImages), ("csv", .csv), ("csv/labels.csv", .csv),
      ("cvat", .cvat), ("cvat/annotations.xml", .cvat), ("text", .text), ("darknet", .yolo), ("nested", .voc),
      ("voc", .voc), ("beside", .voc), ("coco", .coco), ("coco/annotations/a.json", .coco), ("yolo", .yolo),
      ("pcb", .deepPCB), ("empty", .yolo),
    ]
    for (name, format) in expected { #expect(try DatasetFormat.guess(at: folder.path(name)) == format, "\(name)") }
  }

  /// The figures of an evaluation, which count images; a share, which lists them; curves.
  private static let reports = [
    "{\"classes\": [], \"images\": 24, \"metrics\": {\"AP\": 0.5}}",
    "{\"detections\": [], \"images\": [{\"image\": {\"id\": 1, \"name\": \"a\"}, \"place\": 0}]}",
    "{\"classes\": [\"a\"]}", "[]",
  ]

  @Test("reports beside the labels are none", arguments: reports)
  func reportsAreNoLabels(report: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("yolo/images/a.png")
    try folder.write("0 0.5 0.5 0.1 0.1", to: "yolo/labels/a.txt")
    try folder.writeImage("coco/a.png")
    try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 80}], "annotations": [],
       "categories": [{"id": 1, "name": "cell"}]}
      """, to: "coco/labels.json")
    for (name, format) in [("yolo", DatasetFormat.yolo), ("coco", .coco)] {
      try folder.write(report, to: name + "/metrics.json")
      #expect(try DatasetFormat.guess(at: folder.path(name)) == format)
      #expect(try LabelledDataset.read(at: folder.path(name)).images.count == 1)
      #expect(!LabelledDataset.mayRead(folder.path(name + "/metrics.json")))
    }
    #expect(LabelledDataset.mayRead(folder.path("coco/labels.json")))
  }

  @Test("what a set may be read from")
  func filesRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("image,label,x1,y1,x2,y2\n", to: "labels.csv")
    try folder.write("/m/0cmf2,Airplane\n", to: "class-descriptions.csv")
    try folder.write("class,boxes,AP\n", to: "metrics.csv")
    try folder.write("{}", to: "annotations/a.json")
    for name in ["labels.csv", "class-descriptions.csv", "annotations/a.json", "a.txt", "a.png", "a.xml", "data.yaml"] {
      #expect(LabelledDataset.mayRead(folder.path(name)), "\(name)")
    }
    for name in ["metrics.csv", "page.html", "last.safetensors"] {
      #expect(!LabelledDataset.mayRead(folder.path(name)), "\(name)")
    }
  }

  @Test("nothing known is an error that says what would be", arguments: ["", "/nothing", "/photos", "/a.csv"])
  func refused(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("photos/a.png")
    try folder.write("a,b", to: "a.csv")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path + name) }
    #expect(error.path == folder.path + name)
  }
}
