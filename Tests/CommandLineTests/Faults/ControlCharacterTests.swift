import FolderTesting
import Foundation
import Testing

/// Names from files that would do things to a terminal or a spreadsheet.
struct ControlCharacterTests {
  private let folder: TemporaryFolder
  private let data: String
  private let model: String

  /// Sets the title of the window, colours what follows, and writes over its line.
  private static let name = "\u{1B}]0;title\u{7}\u{1B}[31mred\r\nx\u{9B}2J"

  init() throws {
    folder = try TemporaryFolder()
    data = try folder.writeDataset(count: 2)
    model = try folder.writeModel(classes: [Self.name, "=HYPERLINK(\"x\")"])
    let categories = [
      ["id": 1, "name": Self.name] as [String: Any], ["id": 2, "name": "=HYPERLINK(\"x\")"],
    ]
    let annotation =
      ["id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20], "area": 400, "iscrowd": 0]
      as [String: Any]
    var second = annotation
    (second["id"], second["category_id"]) = (2, 2)
    let image = ["id": 1, "file_name": "a\u{1B}[1mb.png", "width": 64, "height": 64] as [String: Any]
    let truth = ["images": [image], "categories": categories, "annotations": [annotation, second]] as [String: Any]
    let found = [1, 2].map { category in
      ["image_id": 1, "category_id": category, "bbox": [1, 1, 20, 20], "score": 0.5] as [String: Any]
    }
    _ = try folder.write(JSONSerialization.data(withJSONObject: truth), to: "set/annotations.json")
    _ = try folder.write(JSONSerialization.data(withJSONObject: found), to: "found.json")
    try FileManager.default.copyItem(atPath: data + "/images/100.png", toPath: folder.path("set/a\u{1B}[1mb.png"))
    _ = try folder.write("no image", to: "set/c\u{1B}[2J\n.png")
  }

  static let lines = [
    "evaluate --ground-truth set/annotations.json --detections found.json", "audit set", "audit set/annotations.json",
    "convert set/annotations.json out.json --to coco", "detect set --model MODEL --confidence 0",
    "explain-map --ground-truth set/annotations.json --detections found.json", "inspect MODEL",
    "convert set/annotations.json out.voc --to voc", "inspect none$'\\e'[1m", "convert set $'a\\e[1m/b' --to csv",
  ]

  @Test(arguments: lines)
  func noneReachesTheTerminal(line: String) throws {
    let run = try CommandLineRun(
      shell: "peregrine " + line.replacingOccurrences(of: "MODEL", with: "'\(model)'"), folder: folder.path)
    let text = run.output + run.errors
    #expect(!text.isEmpty && run.status < 124)
    let controls = text.unicodeScalars.filter { ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value) }
    #expect(controls.isEmpty, "\(text)")
  }

  @Test func aClassStaysOnItsLine() throws {
    let run = try CommandLineRun(
      shell: "peregrine detect set --model '\(model)' --confidence 0", folder: folder.path)
    #expect(run.output.contains("\\u{1B}]0;title\\u{07}\\u{1B}[31mred\\u{0D}\\u{0A}x\\u{9B}2J  0."), "\(run.output)")
    #expect(run.errors.contains("peregrine: set/c\\u{1B}[2J\\u{0A}.png: not an image"), "\(run.errors)")
  }

  @Test func aSpreadsheetFindsNoFormula() throws {
    let run = try CommandLineRun(
      shell: """
        peregrine evaluate --ground-truth set/annotations.json --detections found.json --resamples 1 --csv out.csv
        """,
      folder: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let text = try folder.text("out.csv")
    #expect(text.contains("\n\"'=HYPERLINK(\"\"x\"\")\","), "\(text)")
  }

  /// The apostrophe is not part of the name when the table is read again.
  @Test func labelsKeepTheirNames() throws {
    for (index, name) in ["=a", "-b", "@c", "'=d", "+1"].enumerated() {
      let truth = """
        {"images": [{"id": 1, "file_name": "\(name).png", "width": 64, "height": 64}],
         "categories": [{"id": 1, "name": "\(name)"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 20, 20], "area": 400, "iscrowd": 0}]}
        """
      _ = try folder.write(truth, to: "truth\(index).json")
      let run = try CommandLineRun(
        shell: """
          peregrine convert truth\(index).json table\(index).csv --to csv &&
          peregrine convert table\(index).csv again\(index).json --to coco
          """, folder: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      let again = try JSONSerialization.jsonObject(with: Data(folder.text("again\(index).json").utf8)) as? [String: Any]
      let category = (again?["categories"] as? [[String: Any]])?.first
      let image = (again?["images"] as? [[String: Any]])?.first
      #expect(category?["name"] as? String == name && image?["file_name"] as? String == name + ".png")
      let first = try folder.text("table\(index).csv").split(separator: "\n").last ?? ""
      #expect(name == "+1" || first.hasPrefix("'"), "\(first)")
    }
  }
}
