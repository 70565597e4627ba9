import Files
import FolderTesting
import Foundation
import Testing

/// What killed runs leave is removed by the next run that writes into the folder, and nothing else is.
struct TemporaryNameTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func leftoversAreSwept() throws {
    try folder.write("half", to: ".peregrine-4711-0.partial")
    try folder.write("half", to: ".peregrine-1-10000.partial")
    try folder.write("half", to: ".peregrine-4711-1.partial/labels/a.txt")
    try OutputFile.write("whole", to: folder.path("a"))
    #expect(folder.names == ["a"])
  }

  @Test func aTemporaryFolderSweepsToo() throws {
    try folder.write("half", to: ".peregrine-4711-0.partial/images/a.png")
    let made = try OutputFolder.makeTemporary(besides: folder.path("out"), path: folder.path("out"))
    defer { OutputFolder.endTemporary(made) }
    #expect(folder.names.map(folder.path) == [made])
    // Another run that begins now leaves it alone.
    OutputFolder.sweep(folder.path)
    #expect(folder.names.map(folder.path) == [made])
  }

  @Test func whatIsBeingWrittenIsNotSwept() throws {
    try OutputFile.write(to: folder.path("a")) { writer in
      try writer.write(Array("one".utf8))
      OutputFolder.sweep(folder.path)
      #expect(folder.names.count == 1)
    }
    #expect(try folder.text("a") == "one")
  }

  @Test func otherNamesAndLinksStay() throws {
    let others = [
      ".peregrine-4711.partial", ".peregrine-x-1.partial", ".peregrine-1-2-3.partial", ".peregrine--1.partial",
      "b.partial",
    ]
    for name in others { try folder.write("mine", to: name) }
    try folder.link(".peregrine-1-1.partial", to: folder.path("b.partial"))
    OutputFolder.sweep(folder.path)
    #expect(folder.names == (others + [".peregrine-1-1.partial"]).sorted())
  }
}
