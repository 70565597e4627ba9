import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// `filter`.
struct FilterCommandTests {
  private let folder: TemporaryFolder
  private let photo: String

  init() throws {
    folder = try TemporaryFolder()
    photo = folder.path("photo.png")
    var image = RGBImage(size: ImageSize(width: 8, height: 5), color: (10, 10, 10))
    image.fillRectangle(x: 4, y: 0, width: 4, height: 5, color: RGBColor(red: 210, green: 210, blue: 210))
    try image.write(to: photo)
  }

  @Test func anEdgeIsFound() throws {
    let edges = folder.path("edges.png")
    let run = try CommandLineRun("filter", photo, "--kernel", "sobel", "--output", edges)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.output.contains("values from 0 to 800; 33.3 % outside of 0 to 255; set to the nearer end"), "\(run.output)")
    let image = try RGBImage(contentsOf: edges)
    #expect(image.size == ImageSize(width: 6, height: 3))
    #expect((0..<6).map { image.pixels[3 * $0] } == [0, 0, 255, 255, 0, 0])
  }

  @Test func aKernelIsTypedIn() throws {
    let run = try CommandLineRun(
      "filter", photo, "--kernel=-1 1", "--convolution", "--stride", "2", "--padding", "1", "--outside", "absolute",
      "--output", folder.path("out.png"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("convolution of"))
    #expect(run.output.contains("   1  -1\n"), "\(run.output)")
    #expect(try RGBImage(contentsOf: folder.path("out.png")).size == ImageSize(width: 5, height: 4))
  }

  @Test(
    arguments: [
      (["--kernel", "sobl"], 64, "did you mean sobel?"), (["--kernel", "1,2;3"], 64, "row 2 has 1 numbers"),
      (["--kernel", "sobel", "--stride", "0"], 64, "--stride is at least 1"),
      (["--kernel", "sobel", "--outside", "wrap"], 64, "clamp"),
      (["--kernel", "1;1;1;1;1;1"], 65, "does not fit into an image of 8×5 pixels"),
    ] as [([String], Int32, String)])
  func badInputIsNamed(arguments: [String], status: Int32, sentence: String) throws {
    let run = try CommandLineRun(["filter", photo, "--output", folder.path("x.png")] + arguments)
    #expect(run.status == status)
    #expect(run.errors.contains(sentence), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("x.png")))
  }

  @Test func theImageIsNotReplaced() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: photo))
    let run = try CommandLineRun("filter", photo, "--kernel", "edge", "--output", photo)
    #expect(run.status == 73)
    #expect(try Data(contentsOf: URL(fileURLWithPath: photo)) == before)
    #expect(try CommandLineRun("filter", folder.path("no.png"), "--kernel", "edge", "--output", "x.png").status == 66)
    #expect(try CommandLineRun("filter", photo, "--kernel", "edge", "--output", "x.gif").status == 64)
  }
}
