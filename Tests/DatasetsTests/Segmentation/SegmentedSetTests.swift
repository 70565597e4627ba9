import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct SegmentedSetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let size = ImageSize(width: 4, height: 3)

  private func write(_ indices: [UInt8], to name: String, size: ImageSize? = nil) throws {
    try folder.write(
      Data(LabelMap(size: size ?? self.size, indices: indices).encodedPNG(palette: [])), to: name)
  }

  /// CamVid's form with a list of classes above it.
  private func camVid(_ second: [UInt8] = [0, 0, 1, 1, 2, 2, 11, 11, 0, 0, 0, 0]) throws {
    try folder.write(
      "value,name,r,g,b\n0,Sky,128,128,128\n1,Building,128,0,0\n2,Pole,192,192,128\n11,Unlabelled (ignored),0,0,0\n",
      to: "classes.csv")
    for name in ["a", "b"] { try folder.writeImage("train/\(name).png", width: 4, height: 3) }
    try write([UInt8](repeating: 1, count: 12), to: "trainannot/a.png")
    try write(second, to: "trainannot/b.png")
  }

  private func problem(at name: String = "train") -> String {
    let error = #expect(throws: DatasetError.self) { try SegmentedSet.read(at: folder.path(name)) }
    return error?.description ?? ""
  }

  @Test func camVidsFormIsRead() throws {
    try camVid()
    let set = try SegmentedSet.read(at: folder.path("train"))
    #expect(set.format == .camVid && set.classNames == ["Sky", "Building", "Pole"])
    #expect(set.classes.map(\.id) == [0, 1, 2] && set.colors[2] == RGBColor(red: 192, green: 192, blue: 128))
    #expect(set.pixelCounts == [6, 14, 2] && set.ignoredPixelCount == 2)
    #expect(try set.images[1].labels().indices == [0, 0, 1, 1, 2, 2, 255, 255, 0, 0, 0, 0])
    #expect(set.images.map { FileManager.default.displayName(atPath: $0.path) } == ["a.png", "b.png"])
  }

  @Test func foldersWithoutAListHaveNumberedClasses() throws {
    try folder.writeImage("cells/image/0.png", width: 4, height: 3)
    try write([0, 0, 0, 0, 5, 5, 5, 255, 0, 0, 0, 0], to: "cells/label/0.png")
    let set = try SegmentedSet.read(at: folder.path("cells"))
    #expect(set.format == .folders && set.classNames == ["class 0", "class 5"] && set.classes.map(\.id) == [0, 5])
    #expect(try set.images[0].labels().indices[4...7] == [1, 1, 1, 255])
  }

  @Test func vocsLabelsHaveVOCsNames() throws {
    for name in ["x", "y"] { try folder.writeImage("VOC/JPEGImages/\(name).png", width: 4, height: 3) }
    try write([0, 0, 0, 0, 15, 15, 15, 255, 20, 0, 0, 0], to: "VOC/SegmentationClass/y.png")
    let set = try SegmentedSet.read(at: folder.path("VOC"))
    #expect(set.classNames.count == 21 && set.classNames[15] == "person" && set.images.count == 1)
    // VOC's colours of a person and a monitor.
    #expect(set.colors[15] == RGBColor(red: 192, green: 128, blue: 128))
    #expect(set.colors[20] == RGBColor(red: 0, green: 64, blue: 128))
    #expect(set.pixelCounts[15] == 3 && set.remarks.isEmpty)
  }

  @Test(arguments: ["classes.csv", "label_colors.txt"]) func coloursAreLookedUp(list: String) throws {
    let text =
      list == "classes.csv"
      ? "name,r,g,b,ignored\nsky,10,20,30,0\nroad,255,255,255,0\nrest,0,0,0,1\n"
      : "10 20 30\tsky\n255 255 255\troad\n0 0 0\tVoid\n"
    try folder.write(text, to: "set/\(list)")
    var labels = RGBImage(size: size, color: (10, 20, 30))
    labels.fillRectangle(x: 2, y: 1, width: 2, height: 1, color: .white)
    labels.fillRectangle(x: 0, y: 2, width: 1, height: 1, color: .black)
    try folder.writeImage("set/images/0.png", width: 4, height: 3)
    try folder.write(labels, to: "set/labels/0.png")
    let set = try SegmentedSet.read(at: folder.path("set"))
    #expect(set.pixelCounts == [9, 2] && set.ignoredPixelCount == 1)
    labels.fillRectangle(x: 3, y: 2, width: 1, height: 1, color: RGBColor(red: 9, green: 8, blue: 7))
    try folder.write(labels, to: "set/labels/0.png")
    let found = problem(at: "set")
    #expect(found.contains("labels/0.png: has the colour 9 8 7 in 1 pixel, the first in column 3, row 2"), "\(found)")
  }

  @Test func whatIsWrongIsNamedByFileAndValue() throws {
    try camVid([0, 0, 1, 1, 2, 7, 7, 11, 0, 0, 0, 0])
    let unknown = problem()
    #expect(
      unknown.contains("trainannot/b.png: has the value 7 in 2 pixels, the first in column 1, row 1"), "\(unknown)")
    #expect(unknown.contains("expected 0 to 11, or 255"))
    try write([UInt8](repeating: 0, count: 6), to: "trainannot/b.png", size: ImageSize(width: 3, height: 2))
    #expect(problem().contains("trainannot/b.png: is 3×2; expected 4×3, the size of"))
    try folder.write(Data(RGBImage(size: size).encodedJPEG()), to: "trainannot/b.png")
    #expect(problem().contains("trainannot/b.png: cannot be read as labels: unsupported: labels in a JPEG file"))
    try folder.write(RGBImage(size: size, color: (1, 1, 1)), to: "trainannot/b.png")
    #expect(problem().contains("has the colour 1 1 1 in 12 pixels"))
    try FileManager.default.removeItem(atPath: folder.path("train/b.png"))
    #expect(problem().contains("trainannot/b.png: has no image of its name in"))
    #expect(problem(at: ".").contains("has no folders of images and labels; expected"))
    #expect(problem(at: "none").contains("there is no such folder"))
  }

  @Test func listsThatCannotBeAreNamed() throws {
    try camVid()
    func list(_ text: String) throws -> String {
      try folder.write(text, to: "classes.csv")
      return problem()
    }
    #expect(try list("value,name\n0,a\n0,b\n").contains("classes.csv: has the value 0 twice"))
    #expect(try list("value,name\n0,a\n1,a\n").contains("has the name 'a' twice"))
    #expect(try list("name,r,g,b\na,1,2,3\nb,1,2,3\n").contains("has the colour 1 2 3 twice"))
    #expect(try list("value,name\n0,a\n255,b\n").contains("gives the class 'b' the value 255"))
    #expect(try list("value,name\n0,a\n256,b\n").contains("classes.csv:3: value is '256'; expected a whole number"))
    #expect(try list("value,name\n0,a\n1,void\n").contains("names 1 classes besides ignored ones"))
  }

  @Test func labelsThatAreAllIgnoredAreLeftOut() throws {
    try camVid([UInt8](repeating: 11, count: 12))
    let set = try SegmentedSet.read(at: folder.path("train"))
    #expect(set.images.count == 1)
    #expect(set.remarks.count == 1 && set.remarks[0].contains("1 with ignored pixels alone") == true, "\(set.remarks)")
    try write([UInt8](repeating: 255, count: 12), to: "trainannot/a.png")
    #expect(problem().contains("has ignored pixels alone, as all labels beside it"))
  }

  @Test func otherListsOfClassesAreFollowedByName() throws {
    try camVid()
    let set = try SegmentedSet.read(
      at: folder.path("train"), classes: ["Pole", "Tree", "Building", "Sky"], ids: [2, 5, 1, 0])
    #expect(set.pixelCounts == [2, 0, 14, 6] && set.classes.map(\.id) == [2, 5, 1, 0])
    #expect(try set.images[1].labels().indices[0...7] == [3, 3, 2, 2, 0, 0, 255, 255])
    let error = #expect(throws: DatasetError.self) {
      try SegmentedSet.read(at: folder.path("train"), classes: ["Sky", "Pole"])
    }
    #expect(error?.problem.contains("has a class that is not known: 'Building'") == true)
  }

  @Test func otherProgramsLabelsAreOfTheSameSizeAndClasses() throws {
    try camVid()
    let image = try SegmentedSet.read(at: folder.path("train")).images[1]
    try write([UInt8](repeating: 2, count: 12), to: "found/b.png")
    #expect(try image.otherLabels(at: folder.path("found/b.png")).indices == [UInt8](repeating: 2, count: 12))
    try write([2, 2], to: "found/b.png", size: ImageSize(width: 2, height: 1))
    let error = #expect(throws: DatasetError.self) { try image.otherLabels(at: folder.path("found/b.png")) }
    #expect(error?.problem.contains("is 2×1; expected 4×3") == true)
  }

  @Test func setsAreSplit() throws {
    try camVid()
    let set = try SegmentedSet.read(at: folder.path("train"))
    let (training, validation) = set.split(fraction: 0.5, seed: 3)
    #expect(training.images.count == 1 && validation.images.count == 1)
    #expect(training.fingerprint != validation.fingerprint && set.subset(0..<2).fingerprint == set.fingerprint)
    try folder.write("b\n", to: "held.txt")
    #expect(
      try set.split(byList: folder.path("held.txt")).listed.images.map(\.labelPath) == [folder.path("trainannot/b.png")]
    )
    #expect(throws: DatasetError.self) { try set.check(stride: 4) }
    try set.check(stride: 3)
  }
}
