import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Sets whose images are called otherwise than JPEG and PNG files usually are, or are not read at all.
struct ImageKindsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeLabel(_ name: String) throws {
    try folder.write("0 0.5 0.5 0.1 0.1\n", to: "labels/\(name).txt")
  }

  @Test func everyExtensionOfAFormatThatIsReadIsFound() throws {
    let jpeg = Data(try AuditSet.pattern(seed: 1).encodedJPEG())
    for (index, suffix) in ["JPG", "jpe", "jfif", "JPEG"].enumerated() {
      try folder.write(jpeg, to: "images/\(index).\(suffix)")
      try writeLabel("\(index)")
    }
    for (index, suffix) in ["PNG", "webp", "tif", "TIFF", "bmp", "dib"].enumerated() {
      try folder.write(AuditSet.pattern(seed: 2), to: "images/1\(index).\(suffix)")
      try writeLabel("1\(index)")
    }
    let set = try LabelledDataset.read(at: folder.path)
    #expect(set.images.count == 10 && set.objectCount == 10)
    // PNG files all of them, but for the first.
    #expect(set.audit[.misnamedImage] == 5)
    #expect(set.audit[.labelsWithoutImage] == 0)
  }

  @Test(arguments: ["gif", "heic", "avif", "jp2", "dng"])
  func aPictureThatIsNotReadIsNamed(suffix: String) throws {
    try folder.write(AuditSet.pattern(seed: 1), to: "images/a.png")
    try folder.write("GIF89a", to: "images/b.\(suffix)")
    for name in ["a", "b"] { try writeLabel(name) }
    let set = try LabelledDataset.read(at: folder.path)
    #expect(set.images.map(\.fileName) == ["a.png"])
    #expect(set.audit[.unreadableImage] == 1 && set.audit[.labelsWithoutImage] == 0)
    #expect(set.audit.firstPlaces[.unreadableImage]?.first?.contains("b.\(suffix)") == true)
    #expect(set.audit.firstPlaces[.unreadableImage]?.first?.contains("is GIF, which is not read") == true)
  }

  /// What a picture was made from, under its name, is no image of the set.
  @Test func sourcesBesideAPictureAreLeftAlone() throws {
    for name in ["a", "b"] {
      try folder.write(AuditSet.pattern(seed: 1), to: "images/\(name).png")
      try writeLabel(name)
    }
    try folder.write("8BPS", to: "images/a.psd")
    try folder.write("8BPS", to: "images/b.arw")
    let set = try LabelledDataset.read(at: folder.path)
    #expect(set.images.count == 2 && set.audit[.unreadableImage] == 0)
  }
}
