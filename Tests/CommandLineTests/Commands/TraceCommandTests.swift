import FolderTesting
import Foundation
import Testing

/// `trace`.
struct TraceCommandTests {
  private static let lectures = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }.appending(path: "Samples/Lectures").path

  @Test func anExampleIsWrittenOut() throws {
    let run = try CommandLineRun("trace", "\(Self.lectures)/first-network.yaml")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("Z[1,1] = 1·1 + 2·(-1) + 4·0 + 5·1 + 0.5 = 4.5\n"), "\(run.output)")
    // The last digits are those of single precision.
    #expect(run.output.contains("L = ln(e^10.65 + e^1.3) - 10.65 = 8.696"))
    #expect(run.output.contains("new kernel(Z)[1,1] = 1 - 0.1·1.739"))
    let short = try CommandLineRun("trace", "\(Self.lectures)/letter-x.yaml", "--numbers", "3")
    #expect(short.output.contains("… and 144 more in the same way"), "\(short.output)")
  }

  @Test func everyLectureIsWrittenOut() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.lectures).filter { $0.hasSuffix(".yaml") }
    #expect(files.count >= 12)
    for file in files {
      let run = try CommandLineRun("trace", "\(Self.lectures)/\(file)")
      #expect(run.status == 0, "\(file): \(run.errors)")
    }
  }

  @Test func badExamplesAreNamed() throws {
    let folder = try TemporaryFolder()
    func status(_ text: String) throws -> (Int32, String) {
      let run = try CommandLineRun("trace", folder.write(text, to: "example.yaml"))
      return (run.status, run.errors)
    }
    let (uneven, message) = try status("input: [[1, 2], [3]]\nsteps: [relu]\n")
    #expect(uneven == 65 && message.contains("example.yaml:1: input, 2: row 2 has 1 numbers"), "\(message)")
    let (unexpected, said) = try status("input: [[1]]\nsteps:\n  - relu:\n    result: 3\n")
    #expect(unexpected == 1 && said.contains("example.yaml:4: step 1 (relu): the result is 1"), "\(said)")
    #expect(try CommandLineRun("trace", folder.path("none.yaml")).status == 66)
    #expect(try CommandLineRun("trace", folder.path("example.yaml"), "--numbers", "-1").status == 64)
  }
}
