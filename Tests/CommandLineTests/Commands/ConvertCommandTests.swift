import FolderTesting
import Foundation
import Testing

struct ConvertCommandTests {
  static let coco = """
    {"images": [{"id": 4, "file_name": "a.png", "width": 100, "height": 80}],
     "categories": [{"id": 1, "name": "person"}, {"id": 90, "name": "toothbrush"}],
     "annotations": [
      {"id": 1, "image_id": 4, "category_id": 90, "bbox": [10, 20, 30.5, 40], "area": 1220, "iscrowd": 0},
      {"id": 2, "image_id": 4, "category_id": 1, "bbox": [0, 0, 100, 80], "area": 8000, "iscrowd": 1}]}
    """

  @Test("the classes' ids and places, what was lost, and the labels themselves")
  func cocoToYOLO() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(Self.coco, to: "in.json")
    let run = try CommandLineRun("convert", input, folder.path("out"), "--to", "yolo", "--images", "none")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("note: 1 images are not there"))
    #expect(run.output.contains("90  toothbrush      1  1"))
    #expect(run.output.contains("the ids 1 to 90 of 2 classes have gaps"))
    #expect(run.output.contains("1 images and 2 boxes written as YOLO labels"))
    #expect(run.output.contains("lost: 1 crowd flag has no place in YOLO labels"))
    let labels = try String(contentsOfFile: folder.path("out/labels/a.txt"), encoding: .utf8)
    #expect(labels == "1 0.2525 0.5 0.305 0.5\n0 0.5 0.5 1 1\n")
    let list = try String(contentsOfFile: folder.path("out/data.yaml"), encoding: .utf8)
    #expect(list.hasSuffix("nc: 2\nnames:\n  - 'person'\n  - 'toothbrush'\n"))
  }

  @Test("masks go along as outlines, and are counted where there is no place for them")
  func masks() throws {
    let folder = try TemporaryFolder()
    let outline = #""area": 1220, "segmentation": [[10, 20, 40, 20, 40, 60]]"#
    let input = try folder.write(Self.coco.replacing(#""area": 1220"#, with: outline), to: "in.json")
    let run = try CommandLineRun("convert", input, folder.path("out"), "--to", "yolo", "--images", "none")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try folder.text("out/labels/a.txt") == "1 0.1 0.25 0.4 0.25 0.4 0.75\n0 0.5 0.5 1 1\n")
    let table = try CommandLineRun("convert", input, folder.path("out.csv"), "--to", "csv")
    #expect(table.output.contains("lost: 1 mask has no place in CSV"), "\(table.output)")
  }

  @Test("class ids whose distance no integer holds are said as any with gaps")
  func farIDs() throws {
    let folder = try TemporaryFolder()
    let text = Self.coco.replacing(#""id": 1, "name""#, with: #""id": -9223372036854775808, "name""#)
      .replacing(#""category_id": 1,"#, with: #""category_id": -9223372036854775808,"#)
    let input = try folder.write(text, to: "in.json")
    let run = try CommandLineRun("convert", input, folder.path("out"), "--to", "yolo", "--images", "none")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("the ids -9223372036854775808 to 90 of 2 classes have gaps"), "\(run.output)")
    let found = try folder.write(
      #"[{"image_id": 4, "category_id": 7, "bbox": [1, 2, 3, 4], "score": 0.5}]"#, to: "found.json")
    let evaluated = try CommandLineRun(
      "evaluate", "--ground-truth", input, "--detections", found)
    #expect(evaluated.status == 65)
    #expect(evaluated.errors.contains("These have gaps"), "\(evaluated.errors)")
  }

  @Test("a box that is left out is one failed input: said, the rest done, code 1")
  func partial() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(Self.coco.replacing("30.5, 40]", with: "-30.5, 40]"), to: "in.json")
    let run = try CommandLineRun("convert", input, folder.path("out.csv"), "--from", "coco", "--to", "csv")
    #expect(run.status == 1)
    #expect(run.output.contains("box whose right or lower side comes first (left out)"))
    let text = try String(contentsOfFile: folder.path("out.csv"), encoding: .utf8)
    #expect(
      text == "image,width,height,label,x1,y1,x2,y2,crowd,difficult\na.png,100,80,person,0,0,100,80,1,0\n")
  }

  @Test(
    "what cannot be done: one sentence, the code that fits, nothing written",
    arguments: [
      ("NONE OUT --to csv", 66, "NONE: no such file or folder; expected a dataset"),
      ("IN OUT --to csv --classes NONE", 66, "NONE: no such file or folder; expected a file of class names"),
      ("IN OUT --to csv --classes LIST", 65, "the mapping: person → 0 person, toothbrush → ?"),
      ("IN OUT --to yolo", 65, "a.png: there is no such image to bring along"),
      ("IN IN --to csv", 73, "IN: cannot be written: IN is a file"),
      ("IN NONE/out --to csv", 73, "NONE/out: cannot be written: there is no folder NONE"),
      ("IN OUT --to text", 64, "text is only read"),
      ("IN OUT --from voc --to csv", 65, "IN"),
      ("IN OUT", 64, "--to"),
    ])
  func refused(arguments: String, status: Int32, sentence: String) throws {
    let folder = try TemporaryFolder()
    let names = [
      "NONE": folder.path("none"), "OUT": folder.path("out"), "IN": try folder.write(Self.coco, to: "in.json"),
      "LIST": try folder.write("person\ndog\n", to: "list.txt"),
    ]
    func named(_ text: String) -> String { names.reduce(text) { $0.replacing($1.key, with: $1.value) } }
    let run = try CommandLineRun(["convert"] + arguments.split(separator: " ").map { named(String($0)) })
    #expect(run.status == status)
    #expect(run.errors.contains(named(sentence)), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["in.json", "list.txt"])
  }
}
