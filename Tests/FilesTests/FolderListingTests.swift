import Files
import Foundation
import Testing

@Suite struct FolderListingTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "folder-listing-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/real/inner", withIntermediateDirectories: true)
    for name in ["real/b.txt", "real/a.txt", "real/inner/c.txt", "real/.hidden.txt", "real/other.jpg"] {
      try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }

  @Test func linksToFoldersAreFollowedAndLoopsAreNot() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/set", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder + "/set/link", withDestinationPath: "../real")
    try FileManager.default.createSymbolicLink(atPath: folder + "/real/inner/up", withDestinationPath: "../..")
    let found = FolderListing.files(within: folder + "/set/link") { $0.hasSuffix(".txt") }
    // Through inner/up the set is reached once more, and in it the link that leads back to where the walk began.
    #expect(found == ["a.txt", "b.txt", "inner/c.txt"])
    #expect(
      FolderListing.files(within: folder + "/set") { $0.hasSuffix(".txt") }
        == ["link/a.txt", "link/b.txt", "link/inner/c.txt"])
  }

  @Test func nothingToList() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(FolderListing.files(within: folder + "/nowhere") { _ in true } == nil)
    #expect(FolderListing.files(within: folder + "/real/a.txt") { _ in true } == nil)
    #expect(FolderListing.files(within: folder + "/real") { $0.hasSuffix(".none") } == [])
  }
}
