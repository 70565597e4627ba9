import FolderTesting
import Foundation
import Testing

struct EvaluateCommandTests {
  private let folder: TemporaryFolder
  private let model: String
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
    data = try folder.writeDataset(count: 2)
  }

  @Test func missingInputIs66() throws {
    let none = folder.path("none")
    for run in [
      try CommandLineRun("evaluate", "--model", none, "--data", data),
      try CommandLineRun("evaluate", "--model", model, "--data", none),
      try CommandLineRun("evaluate", "--model", model, "--data", data, "--list", none),
    ] {
      #expect(run.status == 66)
      #expect(run.errors.contains(none))
    }
  }

  @Test func otherClassesAre65() throws {
    _ = try folder.write("red\ngreen\n", to: "data/classes.txt")
    let run = try CommandLineRun("evaluate", "--model", model, "--data", data)
    #expect(run.status == 65)
    #expect(run.errors.contains("'green'") && run.errors.contains("red, blue") && run.errors.contains("red, green"))
  }

  @Test(arguments: ["--json", "--save-detections", "--save-ground-truth"])
  func whatCannotBeWrittenIs73(option: String) throws {
    let run = try CommandLineRun("evaluate", "--model", model, "--data", data, option, model + "/x.json")
    #expect(run.status == 73)
  }

  @Test func aListChoosesImages() throws {
    let list = try folder.write("101.png\n", to: "list.txt")
    let run = try CommandLineRun("evaluate", "--model", model, "--data", data, "--list", list)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("; 1 images, "))
  }
}
