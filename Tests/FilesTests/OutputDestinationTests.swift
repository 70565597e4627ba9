import Files
import FolderTesting
import Foundation
import Testing

struct OutputDestinationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func whatTakesAnOutput() throws {
    try folder.write("", to: "a")
    try folder.link("link", to: "a")
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    #expect(try OutputDestination("-") == .descriptor(1))
    #expect(try OutputDestination("/dev/null") == .device("/dev/null"))
    #expect(try OutputDestination(folder.path("fifo")) == .fifo(folder.path("fifo")))
    #expect(try OutputDestination(folder.path("a")) == .file(folder.path("a")))
    #expect(try OutputDestination(folder.path("link")) == .file(folder.path("a")))
    #expect(try OutputDestination(folder.path("new")) == .file(folder.path("new")))
    #expect(folder.names == ["a", "fifo", "link"])
  }

  @Test func whatDoesNot() throws {
    try folder.write("", to: "a")
    try folder.link("loop", to: "loop")
    try folder.link("nowhere", to: "none/b")
    for (path, reason) in [
      (folder.path, "it is a folder"), (folder.path(""), "it is a folder"), (folder.path("."), "it is a folder"),
      (folder.path(".."), "it is a folder"), (folder.path("new/"), "it names a folder"),
      (folder.path("a/b"), "there is no folder \(folder.path("a"))"),
      (folder.path("none/b"), "there is no folder \(folder.path("none"))"),
      (folder.path("nowhere"), "there is no folder \(folder.path("none"))"),
      (folder.path("loop"), "Too many levels of symbolic links"), ("", "the path is empty"),
      (folder.path(String(repeating: "n", count: 256)), "File name too long"), ("/dev/fd/999", "Bad file descriptor"),
    ] {
      let error = #expect(throws: OutputError.self, "\(path)") { try OutputDestination(path) }
      #expect(error?.reason == reason && error?.kind == .refused, "\(path)")
    }
  }

  @Test func aDescriptorThatIsOnlyRead() throws {
    let descriptor = open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    #expect(throws: OutputError.self) { try OutputDestination("/dev/fd/\(descriptor)") }
  }

  @Test(arguments: [
    ("a", ".", "a", ""), ("/", "/", "", ""), ("/a", "/", "a", ""), ("b/a.json", "b", "a.json", "json"),
    ("b.c/a", "b.c", "a", ""), (".hidden", ".", ".hidden", ""), ("", ".", "", ""), ("a.tar.gz", ".", "a.tar.gz", "gz"),
    // An accent that combines with the slash before it is not part of the slash.
    ("b/\u{301}a", "b", "\u{301}a", ""), ("a.\u{301}x", ".", "a.\u{301}x", "\u{301}x"),
  ])
  func partsOfAPath(path: String, folder: String, last: String, suffix: String) {
    #expect(PathName.folder(of: path) == folder)
    #expect(PathName.lastComponent(of: path) == last)
    #expect(PathName.fileExtension(of: path) == suffix)
    let dropped = suffix.isEmpty ? 0 : suffix.unicodeScalars.count + 1
    #expect(PathName.withoutExtension(path) == String(path.unicodeScalars.dropLast(dropped)))
  }
}
