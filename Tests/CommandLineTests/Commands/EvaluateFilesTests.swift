import FolderTesting
import Foundation
import Testing

/// Detections in files against ground truth in files whose meaning is guessed, or stated by options.
struct EvaluateFilesTests {
  private let folder: TemporaryFolder
  private let truth: String

  /// One image of 200×200 with one box, (10, 20) to (60, 70), of class cell.
  init() throws {
    folder = try TemporaryFolder()
    truth = try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a b.jpg", "width": 200, "height": 200}],
       "categories": [{"id": 1, "name": "cell"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 20, 50, 50], "area": 2500, "iscrowd": 0}]}
      """, to: "gt.json")
  }

  private func evaluate(_ line: String, _ options: String..., truth: String? = nil) throws -> CommandLineRun {
    _ = try folder.write(line, to: "found/a b.txt")
    return try CommandLineRun(
      ["evaluate", "--ground-truth", truth ?? self.truth, "--detections", folder.path("found")] + options)
  }

  @Test func boxesThatFitInTwoFormsAre65() throws {
    let open = try evaluate("cell 0.9 10 20 60 70")
    #expect(open.status == 65)
    #expect(open.errors.contains("--boxes xywh, xyxy, relative"), "\(open.errors)")
    for option in ["--boxes", "--detection-boxes"] {
      let settled = try evaluate("cell 0.9 10 20 60 70", option, "xyxy")
      #expect(settled.status == 0)
      #expect(settled.output.contains("AP75 100.00 %"), "\(settled.output)")
    }
  }

  @Test func columnsAreGuessedAndSaid() throws {
    let line = "cell 0.4 0.4 0.3 0.3 0.5"
    let open = try evaluate(line)
    #expect(open.status == 65, "\(open.output)")
    let settled = try evaluate(line, "--columns", "class,box,score")
    #expect(settled.status == 0)
    #expect(settled.output.contains("1 detections from text files, boxes as relative"), "\(settled.output)")
    let plain = try evaluate("cell 10 20 50 50 0.9", "--boxes", "xywh")
    #expect(plain.output.contains("columns read as class,box,score: 1 of 1"), "\(plain.output)")
    #expect(plain.output.contains("AP75 100.00 %"))
  }

  /// The mask of the one object is the left half of its image; the box of the detection is the image, its mask that half.
  @Test(arguments: ["segm", "boundary"])
  func analysesAreOfMasks(iouType: String) throws {
    let truth = try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a.jpg", "width": 10, "height": 10}],
       "categories": [{"id": 1, "name": "cell"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 10], "area": 50, "iscrowd": 0,
                        "segmentation": {"counts": [0, 50, 50], "size": [10, 10]}}]}
      """, to: "masks.json")
    let found = try folder.write(
      """
      [{"image_id": 1, "category_id": 1, "score": 0.9, "bbox": [0, 0, 10, 10],
        "segmentation": {"counts": [0, 50, 50], "size": [10, 10]}}]
      """, to: "results.json")
    let (json, csv, html) = (folder.path("m.json"), folder.path("m.csv"), folder.path("m.html"))
    let run = try CommandLineRun([
      "evaluate", "--ground-truth", truth, "--detections", found, "--iou-type", iouType, "--json", json, "--analysis",
      "--csv", csv, "--html", html, "--resamples", "5",
    ])
    #expect(run.status == 0 && run.output.contains("AP75 100.00 %"), "\(run.errors)")
    #expect(try String(contentsOfFile: json, encoding: .utf8).contains("\"iou_type\""))
    #expect(try String(contentsOfFile: csv, encoding: .utf8).contains(",\(iouType)\n"))
    #expect(try String(contentsOfFile: html, encoding: .utf8).contains("All figures are of masks"))
  }

  /// What the last run left in the folder of the labels is none of them.
  @Test(arguments: ["--json metrics.json", "--csv metrics.csv", "--html page.html"])
  func theSameRunMayBeRepeated(output: String) throws {
    let data = try folder.writeDataset(count: 2)
    let model = try folder.writeModel()
    for command in [
      "evaluate --resamples 5 --threads 1", "evaluate --resamples 5 --threads 1",
      "compare \(model) --rounds 1 --resamples 5 --threads 1",
    ] {
      let arguments = (command + " --data . " + output).split(separator: " ").map(String.init)
      let run = try CommandLineRun(
        command.hasPrefix("evaluate") ? arguments + ["--model", model] : arguments, folder: data)
      #expect(run.status == 0, "\(run.errors)")
    }
    // The labels are none of the outputs.
    for file in ["labels/100.txt", "images/100.png", "classes.txt"] {
      let run = try CommandLineRun(
        ["evaluate", "--data", ".", "--model", model, "--resamples", "5", "--json", file], folder: data)
      #expect(run.status == 73 && run.errors.contains("it is a file of ., which is read"), "\(run.errors)")
    }
  }

  @Test func eachSideHasItsForm() throws {
    _ = try folder.write("cell 10 20 60 70\n", to: "truth/a b.txt")
    let options = ["--ground-truth-boxes", "xyxy", "--detection-boxes", "xywh"]
    let run = try evaluate(
      "cell 0.9 10 20 50 50", options[0], options[1], options[2], options[3], truth: folder.path("truth"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("AP75 100.00 %"), "\(run.output)")
    let both = try evaluate("cell 0.9 10 20 50 50", "--boxes", "xywh", "--detection-boxes", "xywh")
    #expect(both.status == 64)
  }
}
