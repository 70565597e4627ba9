import Files
import FolderTesting
import Foundation
import Testing

struct OutputListTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("set/labels"), withIntermediateDirectories: true)
    try folder.write("0", to: "set/labels/1.txt")
    try folder.link("linked", to: "set/labels")
    #expect(link(folder.path("set/labels/1.txt"), folder.path("hard")) == 0)
  }

  private func list(_ paths: [String]) throws -> OutputList {
    var list = OutputList()
    for (index, path) in paths.enumerated() { try list.add(path, option: "--\(index)") }
    return list
  }

  @Test func anInputIsNoOutput() throws {
    for output in ["hard", "linked/1.txt", "set/labels/1.txt"] {
      let list = try list([folder.path("new"), folder.path(output)])
      for input in ["set/labels/1.txt", "set", "linked"] {
        let error = #expect(throws: OutputError.self) { try list.checkDistinct(from: [folder.path(input)]) }
        #expect(error?.kind == .refused && error?.path == folder.path(output))
      }
    }
    try list([folder.path("new"), folder.path("set/new"), "/dev/null", "-"])
      .checkDistinct(from: [folder.path("set"), "/dev/null", folder.path("none")])
    #expect(try folder.text("hard") == "0")
  }

  @Test func twoOutputsAreNoOne() throws {
    for pair in [("a", "a"), ("a", "./a"), ("set/labels/a", "linked/a"), ("hard", "linked/1.txt")] {
      let error = #expect(throws: OutputError.self) { try list([folder.path(pair.0), folder.path(pair.1)]) }
      #expect(error?.kind == .misused && error?.reason == "--0 and --1 both go there")
    }
    #expect(throws: OutputError.self) { try list(["-", "/dev/fd/1"]) }
    #expect(try list(["-", folder.path("a"), "/dev/null", "/dev/null"]).usesStandardOutput)
  }

  @Test func aModelIsNoText() throws {
    var list = OutputList()
    let error = #expect(throws: OutputError.self) { try list.add("-", option: "--output", content: .binary) }
    #expect(error?.kind == .misused)
    try list.add(nil, option: "--output", content: .binary)
    try list.add(folder.path("-"), option: "--output", content: .binary)
  }

  @Test func foldersAreCheckedAndNotMade() throws {
    try OutputFolder.check(folder.path("a/b/c/"))
    try OutputFolder.check("a")
    for path in ["hard", "hard/x", "set/labels/1.txt/"] {
      #expect(throws: OutputError.self) { try OutputFolder.check(folder.path(path)) }
    }
    for path in ["", "-", "/dev/null"] { #expect(throws: OutputError.self) { try OutputFolder.check(path) } }
    #expect(folder.names == ["hard", "linked", "set"])
    try OutputFolder.make(folder.path("a/b"))
    #expect(FileIdentity.isFolder(folder.path("a/b")))
  }
}
