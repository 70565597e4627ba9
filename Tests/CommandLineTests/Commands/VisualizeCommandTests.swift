import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// `visualize`.
struct VisualizeCommandTests {
  private let folder: TemporaryFolder
  private let scene = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    .appending(path: "Samples/Images/standard-1.jpg").path

  init() throws { folder = try TemporaryFolder() }

  private func layers() throws -> [String] {
    let run = try CommandLineRun("visualize", "--list")
    #expect(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").dropFirst(2).compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  @Test func layersAreListed() throws {
    let names = try layers()
    #expect(names.count > 20 && Set(names).count == names.count)
  }

  @Test func everythingOfOneImage() throws {
    let output = folder.path("pictures")
    let layer = try #require(try layers().first)
    let run = try CommandLineRun(
      "visualize", scene, "--output", output, "--layer", layer, "--boxes", "1", "--masks", "4")
    #expect(run.status == 0, "\(run.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
    #expect(
      files == [
        "index.html", "kernels.png", "standard-1-box1-d-rise.png", "standard-1-box1-grad-cam-\(layer).png",
        "standard-1-box1-layer-cam-\(layer).png", "standard-1-boxes.png", "standard-1-maps-\(layer).png",
      ])
    let page = try String(contentsOfFile: "\(output)/index.html", encoding: .utf8)
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 7)
    #expect(page.contains("LayerCAM at \(layer)") && page.contains("insertion"))
    #expect(!page.contains("src=\"http") && !page.contains("href="))
  }

  /// A classifier of small images, hardly trained.
  private func classifier(_ network: String = "lectures", resizedSide: Int = 0) throws -> String {
    for (name, level) in [("dark", UInt8(40)), ("light", 200)] {
      let image = RGBImage(size: ImageSize(width: 16, height: 14), color: (level, level, level))
      for index in 0..<4 { try folder.write(image, to: "set/\(name)/\(index).png") }
    }
    let configuration = try folder.write(
      """
      detector: classifier
      classifier:
        network: \(network)
        hiddenUnits: [8]
        inputSize: { width: 12, height: 12 }
        resizedSide: \(resizedSide)
      training: { epochs: 1, batchSize: 4 }
      """, to: "classifier.yaml")
    let run = try CommandLineRun(
      "train", configuration, "--data", folder.path("set"), "--output", folder.path("run"), "--threads", "1")
    #expect(run.status == 0, "\(run.errors)")
    return folder.path("run/last.safetensors")
  }

  @Test func everythingOfAClassifiedImage() throws {
    let model = try classifier(resizedSide: 13)
    let output = folder.path("pictures")
    let run = try CommandLineRun(
      "visualize", folder.path("set/light/0.png"), "--model", model, "--output", output, "--layer", "conv2", "--masks",
      "8")
    #expect(run.status == 0, "\(run.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
    #expect(
      files
        == ["0-class1-grad-cam-conv2.png", "0-class1-layer-cam-conv2.png", "0-class1-rise.png"]
        + ["0-class2-grad-cam-conv2.png", "0-class2-layer-cam-conv2.png", "0-class2-rise.png"]
        + ["0-classes.png", "0-maps-conv2.png", "index.html", "kernels.png"])
    // Sixteen times as large.
    #expect(try RGBImage(contentsOf: "\(output)/0-class1-rise.png").size == ImageSize(width: 256, height: 224))
    let page = try String(contentsOfFile: "\(output)/index.html", encoding: .utf8)
    #expect(page.contains("0.png, class 1: ") && page.contains("Grad-CAM at conv2: deletion"))
    #expect(page.contains("The network looks at what is framed."))
    let chosen = try CommandLineRun(
      "visualize", folder.path("set/light/0.png"), "--model", model, "--output", folder.path("one"), "--classes",
      "dark", "--methods", "grad-cam")
    #expect(chosen.status == 0, "\(chosen.errors)")
    #expect(try folder.text("one/index.html").contains("class 1: dark"))
    let shown = try FileManager.default.contentsOfDirectory(atPath: folder.path("one")).sorted()
    #expect(shown == ["0-class1-grad-cam-relu#2.png", "0-classes.png", "index.html", "kernels.png"])
    let unknown = try CommandLineRun(
      "visualize", folder.path("set/light/0.png"), "--model", model, "--output", folder.path("none"), "--classes",
      "lihgt")
    #expect(unknown.status == 65 && unknown.errors.contains("has no class 'lihgt'; the nearest is 'light'"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }

  @Test func aNetworkWithoutConvolutionsHasRISEAlone() throws {
    let model = try classifier("fully-connected")
    let run = try CommandLineRun(
      "visualize", folder.path("set/dark/1.png"), "--model", model, "--output", folder.path("out"), "--masks", "4")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("no convolution"), "\(run.output)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    #expect(files == ["1-class1-rise.png", "1-class2-rise.png", "1-classes.png", "index.html"])
  }

  @Test func classesOfADetectorAreRefused() throws {
    let run = try CommandLineRun("visualize", scene, "--output", folder.path("x"), "--classes", "car")
    #expect(run.status == 64 && run.errors.contains("--classes is for classifiers"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }

  @Test func kernelsAlone() throws {
    let run = try CommandLineRun("visualize", "--output", folder.path("kernels"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("over 3 channels"), "\(run.output)")
  }

  @Test func anUnreadableImageIsLeftOut() throws {
    let broken = try folder.write("no image", to: "broken.jpg")
    let run = try CommandLineRun(
      "visualize", broken, scene, "--output", folder.path("some"), "--methods", "grad-cam", "--boxes", "1")
    #expect(run.status == 1)
    #expect(run.errors.contains("broken.jpg"))
    #expect(FileManager.default.fileExists(atPath: folder.path("some/index.html")))
  }

  @Test(
    arguments: [
      (["--layer", "no.such.layer", "--output", "x"], 65, "there is no layer \"no.such.layer\"; the nearest are"),
      ([], 64, "either --list, or --output"), (["--list", "--output", "x"], 64, "either --list, or --output"),
      (["--output", "x", "--methods", "gradcam"], 64, "grad-cam"), (["--output", "x", "--masks", "0"], 64, "--masks"),
      (["--output", "x", "--model", "none.safetensors"], 66, "none.safetensors"),
      (["none.jpg", "--output", "x"], 66, "none.jpg"),
    ] as [([String], Int32, String)])
  func badInputIsNamed(arguments: [String], status: Int32, sentence: String) throws {
    let run = try CommandLineRun(["visualize"] + arguments, folder: folder.path(""))
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(sentence), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }
}
