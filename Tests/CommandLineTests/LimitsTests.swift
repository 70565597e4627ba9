import Files
import FolderTesting
import Foundation
import Testing

/// Small files that would take long are refused at once.
struct LimitsTests {
  @Test("help and the article state every limit")
  func statements() throws {
    let article = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
      .appendingPathComponent("Sources/peregrine/peregrine.docc/ExitCodes.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    let help = try CommandLineRun("--help").output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for (what, limit) in InputLimits.list {
      #expect(text.contains("| \(what) | \(limit) |\n"))
      #expect(help.contains("- \(what): \(limit)"))
    }
  }

  @Test("a line of labels that does not end", arguments: ["data/labels/100.txt", "data/classes.txt"])
  func line(name: String) throws {
    let folder = try TemporaryFolder()
    let data = try folder.writeDataset(count: 2)
    let text = "\n" + String(repeating: "0 0.5 0.5 0.1 0.1 ", count: 60_000)
    _ = try folder.write(text, to: name)
    let run = try CommandLineRun("convert", data, folder.path("out.csv"), "--to", "csv")
    #expect(run.status == 65)
    #expect(run.errors.contains("\(name):2: longer than 1048576 bytes"), "\(run.errors)")
  }

  @Test("a line of a table that does not end")
  func tableLine() throws {
    let folder = try TemporaryFolder()
    let text = "image,label,x1,y1,x2,y2\n" + String(repeating: "1,", count: 600_000)
    let input = try folder.write(text, to: "in.csv")
    let run = try CommandLineRun("convert", input, folder.path("out.json"), "--to", "coco")
    #expect(run.status == 65)
    #expect(run.errors.contains("in.csv:2: longer than 1048576 bytes"), "\(run.errors)")
  }

  @Test("a header of more tensors than any network has")
  func tensors() throws {
    let folder = try TemporaryFolder()
    let entries = (0...50_000).map { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
    let header = Data("{\(entries.joined(separator: ","))}".utf8)
    let length = Data((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
    let path = try folder.write(length + header, to: "many.safetensors")
    let run = try CommandLineRun("inspect", path)
    #expect(run.status == 65)
    #expect(run.errors.contains("more than 50000 tensors"), "\(run.errors)")
  }
}
