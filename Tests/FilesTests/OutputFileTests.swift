import Files
import FolderTesting
import Foundation
import Testing

struct OutputFileTests {
  private struct Failure: Error {}
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func kind(_ name: String) -> mode_t {
    var status = stat()
    return lstat(folder.path(name), &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  @Test(arguments: ["a", "é", "a\nb", "e\u{301}", String(repeating: "n", count: 255)])
  func namesOfEveryKind(name: String) throws {
    for text in ["one", "two"] {
      try OutputFile.write(text, to: folder.path(name))
      #expect(try folder.text(name) == text)
    }
    #expect(folder.names.count == 1)
  }

  @Test func theOldFileIsKeptUnderAnotherName() throws {
    for content in ["one", "two", "three"] {
      try OutputFile.write(to: folder.path("a"), keepingPreviousAs: folder.path("b")) {
        try $0.write(Array(content.utf8))
      }
    }
    #expect(try folder.text("a") == "three")
    #expect(try folder.text("b") == "two")
    #expect(folder.names == ["a", "b"])
  }

  @Test func aFailureLeavesEverythingAsItWas() throws {
    try folder.write("one", to: "a")
    #expect(throws: Failure.self) {
      try OutputFile.write(to: folder.path("a"), keepingPreviousAs: folder.path("b")) {
        try $0.write(Array("tw".utf8))
        throw Failure()
      }
    }
    #expect(try folder.text("a") == "one")
    #expect(folder.names == ["a"])
  }

  @Test func theOldFileStandsUntilTheNewOneIsWhole() throws {
    try folder.write("one", to: "a")
    try OutputFile.write(to: folder.path("a")) {
      try $0.write(Array("two".utf8))
      #expect(try folder.text("a") == "one")
      let partial = folder.names.filter { $0 != "a" }
      #expect(partial.count == 1 && partial[0].hasPrefix(".peregrine-") && partial[0].hasSuffix(".partial"))
    }
    #expect(try folder.text("a") == "two")
  }

  @Test func permissionsAreKept() throws {
    try folder.write("one", to: "a")
    #expect(chmod(folder.path("a"), 0o640) == 0)
    try OutputFile.write("two", to: folder.path("a"))
    var status = stat()
    #expect(stat(folder.path("a"), &status) == 0 && status.st_mode & 0o7777 == 0o640)
  }

  @Test func aLinkStaysOneAndItsTargetIsReplaced() throws {
    try FileManager.default.createDirectory(atPath: folder.path("inner"), withIntermediateDirectories: true)
    try folder.write("old", to: "inner/target")
    try folder.link("first", to: "second")
    try folder.link("second", to: "inner/target")
    try OutputFile.write("new", to: folder.path("first"))
    #expect(kind("first") == S_IFLNK && kind("second") == S_IFLNK && kind("inner/target") == S_IFREG)
    #expect(try folder.text("inner/target") == "new")
    // A link into nothing: what it names is made, relative to the link's folder.
    try folder.link("inner/dangling", to: "../made")
    try OutputFile.write("new", to: folder.path("inner/dangling"))
    #expect(kind("inner/dangling") == S_IFLNK)
    #expect(try folder.text("made") == "new")
  }

  @Test func aReaderOfAFIFOGetsWhatIsWritten() throws {
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    // Open for both, so that opening waits for nobody; the kernel holds a few bytes.
    let reader = open(folder.path("fifo"), O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    try OutputFile.write("text", to: folder.path("fifo"))
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(reader, &bytes, bytes.count) == 4)
    #expect(String(decoding: bytes[..<4], as: UTF8.self) == "text")
    #expect(kind("fifo") == S_IFIFO && folder.names == ["fifo"])
  }

  @Test func devicesAreWrittenTo() throws {
    try OutputFile.write("text", to: "/dev/null")
    let error = try #require(throws: OutputError.self) { try OutputFile.write("text", to: "/dev/full") }
    #expect(error.kind == .failed && error.code == ENOSPC)
    #expect(error.description == "/dev/full: cannot be written: No space left on device")
    try folder.link("full", to: "/dev/full")
    #expect(throws: error.at(folder.path("full"))) { try OutputFile.write("text", to: folder.path("full")) }
    #expect(kind("full") == S_IFLNK)
  }

  @Test func anOpenDescriptorIsWrittenToWhereItStands() throws {
    let descriptor = open(folder.path("log"), O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    #expect(write(descriptor, "head ", 5) == 5)
    try OutputFile.write("text", to: "/dev/fd/\(descriptor)")
    #expect(try folder.text("log") == "head text")
  }

  @Test func whatJSONCannotSayIsAnError() throws {
    #expect(throws: OutputError.self) { try OutputFile.writeJSON([Double.nan], to: folder.path("a")) }
    #expect(folder.names.isEmpty)
    try OutputFile.writeJSON(["b": 1, "a/b": 2], to: folder.path("a"))
    #expect(try folder.text("a") == "{\"a/b\":2,\"b\":1}")
  }
}

extension OutputError {
  fileprivate func at(_ path: String) -> OutputError {
    var error = self
    error.path = path
    return error
  }
}
