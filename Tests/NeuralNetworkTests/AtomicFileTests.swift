import Foundation
import NeuralNetwork
import Testing

@Suite struct AtomicFileTests {
  private struct Failure: Error {}
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
  }

  @Test func theOldFileIsKept() throws {
    let path = folder.path + "/a"
    for content in ["one", "two", "three"] {
      try AtomicFile.write(to: path, keepingPreviousAs: folder.path + "/b") { try $0.write(Array(content.utf8)) }
    }
    #expect(try text("a") == "three")
    #expect(try text("b") == "two")
    #expect(folder.names == ["a", "b"])
  }

  @Test func aFailureLeavesEverythingAsItWas() throws {
    let path = folder.path + "/a"
    try AtomicFile.write(to: path) { try $0.write(Array("one".utf8)) }
    #expect(throws: Failure.self) {
      try AtomicFile.write(to: path, keepingPreviousAs: folder.path + "/b") {
        try $0.write(Array("tw".utf8))
        throw Failure()
      }
    }
    #expect(try text("a") == "one")
    #expect(folder.names == ["a"])
  }

  @Test func aMissingFolderIsNamed() throws {
    let error = try #require(throws: AtomicFileError.self) {
      try AtomicFile.write(to: folder.path + "/none/a") { _ in }
    }
    #expect(error.description == "\(folder.path)/none/a: cannot create: No such file or directory")
  }
}
