import FolderTesting
import Foundation
import Models
import Testing

struct PackCommandTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
  }

  private func byteCount(_ path: String) throws -> Int { try Data(contentsOf: URL(fileURLWithPath: path)).count }

  @Test(arguments: [[], ["--storage", "bf16"], ["--storage", "f16"]])
  func halvesAModel(arguments: [String]) throws {
    let copy = folder.path("copy.safetensors")
    let run = try CommandLineRun(["pack", model, "--output", copy] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\(try byteCount(copy)) bytes instead of \(try byteCount(model))"))
    let (before, after) = (try ModelFile(contentsOf: model), try ModelFile(contentsOf: copy))
    #expect(after.classes == before.classes && after.configuration == before.configuration)
    #expect(after.preprocessing == before.preprocessing && after.provenance == before.provenance)
    #expect(after.parameters.names == before.parameters.names)
    // Two bytes less for each number; the headers differ a little, by the lengths of type names and offsets.
    let saved = try byteCount(model) - byteCount(copy)
    #expect(abs(saved - 2 * before.parameters.elementCount) < 1000)
    for name in before.parameters.names {
      let (exact, rounded) = (before.parameters[name]?.values ?? [], after.parameters[name]?.values ?? [])
      #expect(exact.count == rounded.count)
      // bf16 keeps eight bits; f16 has no numbers finer than 2⁻²⁴.
      #expect(zip(exact, rounded).allSatisfy { abs($0 - $1) <= abs($0) * 0x1p-8 + 0x1p-24 })
    }
  }

  @Test func f32KeepsEveryByte() throws {
    let copy = folder.path("copy.safetensors")
    #expect(try CommandLineRun("pack", model, "--output", copy, "--storage", "f32").status == 0)
    let (before, after) = (URL(fileURLWithPath: model), URL(fileURLWithPath: copy))
    #expect(try Data(contentsOf: before) == Data(contentsOf: after))
  }

  @Test func notesLicenceAndMetrics() throws {
    let report = #"""
      {"protocol": "coco", "protocolLine": "", "iouThresholds": [0.5], "metrics": {"AP": 0.25, "APsmall": -1},
       "classes": [], "images": 3, "emptyImages": 0}
      """#
    let metrics = try folder.write(report, to: "metrics.json")
    let copy = folder.path("copy.safetensors")
    let run = try CommandLineRun("pack", model, "--output", copy, "--licence", "Apache-2.0", "--metrics", metrics)
    #expect(run.status == 0, "\(run.errors)")
    let noted = try ModelFile(contentsOf: copy).provenance
    #expect(noted.licence == "Apache-2.0" && noted.metrics == ["AP": 0.25, "APsmall": -1])
    #expect(try CommandLineRun("pack", model, "--output", copy, "--metrics", folder.path("none")).status == 66)
    #expect(try CommandLineRun("pack", model, "--output", copy, "--metrics", model).status == 65)
  }

  @Test func badInputHasItsExitCode() throws {
    let copy = folder.path("copy.safetensors")
    let text = try folder.write("This is not a model at all.", to: "text.safetensors")
    #expect(try CommandLineRun("pack", folder.path("none"), "--output", copy).status == 66)
    #expect(try CommandLineRun("pack", text, "--output", copy).status == 65)
    #expect(try CommandLineRun("pack", model, "--output", folder.path("no/such/copy")).status == 73)
    #expect(try CommandLineRun("pack", model, "--output", copy, "--storage", "int8").status == 64)
    #expect(!FileManager.default.fileExists(atPath: copy))
  }
}
