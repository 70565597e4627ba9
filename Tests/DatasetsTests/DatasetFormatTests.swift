import Datasets
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
    let expected: [(String, DatasetFormat)] = [
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
