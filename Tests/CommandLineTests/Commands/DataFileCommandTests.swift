import FolderTesting
import Foundation
import Testing

/// Which images `train` learns from and validates on, and which splits the other commands use.
struct DataFileCommandTests {
  /// Four different images in `images/train` and `images/val`, and a `mine.yaml` that names the two.
  private func dataset(_ folder: TemporaryFolder) throws -> String {
    let data = try folder.writeDataset(count: 4)
    for (index, part) in ["train", "train", "val", "val"].enumerated() {
      for (kind, type) in [("images", "png"), ("labels", "txt")] {
        let target = folder.path("data/\(kind)/\(part)")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.moveItem(
          atPath: folder.path("data/\(kind)/\(100 + index).\(type)"), toPath: "\(target)/\(100 + index).\(type)")
      }
    }
    _ = try folder.write(
      "path: ../elsewhere/mine\ntrain: images/train\nval: images/val\nnc: 2\nnames: [red, blue]\n",
      to: "data/mine.yaml")
    return data
  }

  private func train(_ folder: TemporaryFolder, _ words: String...) throws -> CommandLineRun {
    let configuration = try folder.writeConfiguration()
    return try CommandLineRun(
      ["train", configuration, "--output", folder.path("run"), "--threads", "1"] + words)
  }

  @Test func trainsOnTrainAndValidatesOnVal() throws {
    let folder = try TemporaryFolder()
    let yaml = try dataset(folder) + "/mine.yaml"
    let run = try train(folder, "--data", yaml)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\(yaml): 2 images, 2 objects"))
    #expect(run.output.contains("validation: 2 images, 2 objects"))
    #expect(run.output.contains("note: mine.yaml: val is images/val, with 2 images"))
    #expect(!run.output.contains("too good"))
  }

  @Test func aFolderInsideTheDataIsTakenOutOfTraining() throws {
    let folder = try TemporaryFolder()
    let data = try dataset(folder)
    let run = try train(folder, "--data", data, "--validation", data + "/images/val")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\(data): 2 images, 2 objects"), "\(run.output)")
    #expect(
      run.output.contains(
        "2 of the 4 training images are validation images too, and were taken out of training: "
          + "\(data)/images/val/102.png, \(data)/images/val/103.png"))
  }

  @Test func aCopyOfAValidationImageIsReported() throws {
    let folder = try TemporaryFolder()
    let data = try dataset(folder)
    try FileManager.default.copyItem(atPath: data + "/images/val/102.png", toPath: data + "/images/train/copy.png")
    try FileManager.default.copyItem(atPath: data + "/labels/val/102.txt", toPath: data + "/labels/train/copy.txt")
    let run = try train(folder, "--data", data + "/mine.yaml")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("1 of the 3 training images have the same content as a validation image"))
    #expect(run.output.contains("\(data)/images/train/copy.png is like \(data)/images/val/102.png"))
  }

  @Test func trainingAndValidatingOnTheSameImagesIsSaid() throws {
    let folder = try TemporaryFolder()
    let data = try dataset(folder)
    let run = try train(folder, "--data", data, "--validation", data)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("all training images are validation images too"))
  }

  @Test(arguments: [
    (["--split", "train"], "train is images/train, with 2 images"), ([], "only val was read, not train"),
  ])
  func evaluateMeasuresOnOneSplit(words: [String], line: String) throws {
    let folder = try TemporaryFolder()
    let yaml = try dataset(folder) + "/mine.yaml"
    let run = try CommandLineRun(["evaluate", "--model", try folder.writeModel(), "--data", yaml] + words)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(line), "\(run.output)")
    #expect(run.output.contains("; 2 images, "))
  }

  @Test func convertWritesAllSplitsOrOne() throws {
    let folder = try TemporaryFolder()
    let yaml = try dataset(folder) + "/mine.yaml"
    for (words, count) in [([], 4), (["--split", "val"], 2)] as [([String], Int)] {
      let run = try CommandLineRun(["convert", yaml, folder.path("out\(count).json"), "--to", "coco"] + words)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("\(count) images and \(count) boxes written"))
    }
    let run = try CommandLineRun("convert", yaml, folder.path("out.json"), "--to", "coco", "--split", "test")
    #expect(run.status == 65)
    #expect(run.errors.contains("has no split 'test'; it has train, val"))
  }
}
