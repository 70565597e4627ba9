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

  @Test("nothing known is an error that says what would be", arguments: ["", "/nothing", "/photos", "/a.csv"])
  func refused(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("photos/a.png")
    try folder.write("a,b", to: "a.csv")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path + name) }
    #expect(error.path == folder.path + name)
  }
}
