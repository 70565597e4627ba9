import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct ClassifiedSetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeImage(_ name: String, level: UInt8 = 80, size: ImageSize = ImageSize(width: 5, height: 4)) throws {
    let image = RGBImage(size: size, color: (level, level, level))
    try folder.write(Data(image.encodedPNG()), to: name)
  }

  private func problem(_ body: () throws -> Void) -> String {
    let error = #expect(throws: DatasetError.self) { try body() }
    return error?.description ?? ""
  }

  @Test func aFolderPerClass() throws {
    for name in ["set/owl/a.png", "set/owl/more/b.png", "set/cat/c.png"] { try writeImage(name) }
    let set = try ClassifiedSet.read(at: folder.path("set"))
    #expect(set.format == .classFolders && set.classNames == ["cat", "owl"] && set.classCounts == [1, 2])
    #expect(try set.images[0].decoded().size == ImageSize(width: 5, height: 4))
    let other = try ClassifiedSet.read(at: folder.path("set"), classes: ["owl", "dog", "cat"])
    #expect(other.classNames == ["owl", "dog", "cat"] && other.classCounts == [2, 0, 1])
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path("set"), classes: ["owl", "dog"]) }.contains("'cat'"))
  }

  @Test func aClassWithoutImagesIsNamed() throws {
    try writeImage("set/owl/a.png")
    try FileManager.default.createDirectory(atPath: folder.path("set/cat"), withIntermediateDirectories: true)
    let text = problem { _ = try ClassifiedSet.read(at: folder.path("set")) }
    #expect(text.contains("set/cat: is a class without images"))
  }

  @Test func oneClassIsNamed() throws {
    try writeImage("set/owl/a.png")
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path("set")) }.contains("one class alone, 'owl'"))
  }

  @Test func whatIsNoImageIsLeftOutAndSaid() throws {
    for name in ["set/owl/a.png", "set/cat/c.png"] { try writeImage(name) }
    try folder.write("nothing", to: "set/cat/broken.png")
    let set = try ClassifiedSet.read(at: folder.path("set"))
    #expect(set.images.count == 2 && set.remarks.joined().contains("broken.png"))
    try writeImage("set/cat/dot.png", size: ImageSize(width: 1, height: 1))
    let dotted = try ClassifiedSet.read(at: folder.path("set"))
    #expect(dotted.images.count == 3 && dotted.remarks.contains { $0.hasPrefix("an image has one pixel") })
  }

  @Test func aTableOfFilesAndClasses() throws {
    for name in ["images/a.png", "images/b.png", "c.png"] { try writeImage(name) }
    let table = try folder.write(
      "file,class_index,name\na.png,7,owl\nb.png,3,cat\nc.png,7,owl\n", to: "labels.csv")
    for path in [table, folder.path] {
      let set = try ClassifiedSet.read(at: path)
      #expect(set.format == .csv && set.classNames == ["cat", "owl"] && set.classes.map(\.id) == [3, 7])
      #expect(set.images.map(\.classIndex) == [1, 0, 1])
    }
  }

  @Test func aTableThatNamesMissingImagesNamesThem() throws {
    try writeImage("a.png")
    let table = try folder.write("image,label\na.png,owl\nx.png,cat\ny.png,cat\n", to: "labels.csv")
    let text = problem { _ = try ClassifiedSet.read(at: table) }
    #expect(text.contains("labels.csv:3: names 2 images that are not there: line 3 'x.png', line 4 'y.png'"))
  }

  private func idx(_ extents: [Int], _ bytes: [UInt8]) -> Data {
    var data = Data([0, 0, 8, UInt8(extents.count)])
    for extent in extents { withUnsafeBytes(of: UInt32(extent).bigEndian) { data.append(contentsOf: $0) } }
    return data + bytes
  }

  @Test func digitsAreReadWithAndWithoutCompression() throws {
    let pixels = (0..<3 * 6).map { UInt8(10 * $0) }
    try folder.write(idx([3, 2, 3], pixels), to: "train-images-idx3-ubyte")
    try folder.write(idx([3], [2, 0, 2]), to: "train-labels-idx1-ubyte")
    let plain = try ClassifiedSet.read(at: folder.path)
    #expect(
      plain.format == .idx && plain.classNames == ["0", "1", "2"] && plain.images.map(\.classIndex) == [2, 0, 2])
    let second = try plain.images[1].decoded()
    #expect(second.size == ImageSize(width: 3, height: 2) && Array(second.pixels[..<6]) == [60, 60, 60, 70, 70, 70])
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = [folder.path("train-images-idx3-ubyte"), folder.path("train-labels-idx1-ubyte")]
    try gzip.run()
    gzip.waitUntilExit()
    let compressed = try ClassifiedSet.read(at: folder.path)
    #expect(try compressed.images[1].decoded() == second)
    // Cut off in the middle of the compressed data.
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("train-images-idx3-ubyte.gz")))
    try folder.write(whole.prefix(whole.count - 12), to: "train-images-idx3-ubyte.gz")
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path) }.contains("train-images-idx3-ubyte.gz"))
  }

  @Test func digitsThatDoNotAddUpAreNamed() throws {
    try folder.write(idx([3, 2, 3], [UInt8](repeating: 0, count: 17)), to: "t-images-idx3-ubyte")
    try folder.write(idx([3], [2, 0, 2]), to: "t-labels-idx1-ubyte")
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path) }.contains("expected 18, 3×2×3"))
    try folder.write(idx([3, 2, 3], [UInt8](repeating: 0, count: 18)), to: "t-images-idx3-ubyte")
    try folder.write(idx([2], [2, 0]), to: "t-labels-idx1-ubyte")
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path) }.contains("has 2 labels; expected 3"))
  }

  @Test func binaryFilesOfPlanes() throws {
    var record = [UInt8](repeating: 0, count: 3073)
    record[0] = 4
    record[1] = 200
    record[1 + 1024] = 100
    record[1 + 2048] = 50
    try folder.write(Data(record + record), to: "data_batch_1.bin")
    let set = try ClassifiedSet.read(at: folder.path)
    #expect(set.format == .cifar && set.classes.count == 10 && set.classCounts[4] == 2)
    #expect(try Array(set.images[1].decoded().pixels[..<4]) == [200, 100, 50, 0])
    try folder.write(Data(record.dropLast()), to: "data_batch_1.bin")
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path) }.contains("3072 bytes"))
  }

  @Test func sheetsOfImageRows() throws {
    var sheet = RGBImage(size: ImageSize(width: 9, height: 2))
    sheet.pixels[27] = 77
    try folder.write(Data(sheet.encodedPNG()), to: "train_00.png")
    try folder.write("1\n0\n", to: "train_labels.txt")
    try folder.write("owl\ncat\n", to: "classes.txt")
    let set = try ClassifiedSet.read(at: folder.path)
    #expect(set.format == .imageRows && set.images.map(\.classIndex) == [1, 0])
    let second = try set.images[1].decoded()
    #expect(second.size == ImageSize(width: 3, height: 3) && second.pixels[0] == 77)
    try folder.write("1\n2\n", to: "train_labels.txt")
    #expect(problem { _ = try ClassifiedSet.read(at: folder.path) }.contains("train_labels.txt:2"))
  }

  @Test func objectsBecomeImages() throws {
    try writeImage("images/a.png", size: ImageSize(width: 40, height: 30))
    try folder.write("1 0.5 0.5 0.25 0.2\n0 0.25 0.5 0.1 0.4\n", to: "labels/a.txt")
    try folder.write("owl\ncat\n", to: "classes.txt")
    let set = try ClassifiedSet.read(at: folder.path)
    #expect(set.format == .objects && set.images.map(\.classIndex) == [1, 0])
    #expect(try set.images[0].decoded().size == ImageSize(width: 10, height: 6))
  }

  @Test func everyClassIsSplitAlike() throws {
    let classes = [ObjectClass(id: 0, name: "a"), ObjectClass(id: 1, name: "b")]
    let images = (0..<100).map {
      ClassifiedImage(source: .file("/\($0)"), name: "/\($0).png", classIndex: $0 < 20 ? 0 : 1)
    }
    let set = ClassifiedSet(classes: classes, images: images, format: .csv)
    let (training, validation) = set.split(fraction: 0.1, seed: 3)
    #expect(validation.classCounts == [2, 8] && training.classCounts == [18, 72])
    #expect(Set(training.images.map(\.name)).isDisjoint(with: validation.images.map(\.name)))
    #expect(set.split(fraction: 0.1, seed: 3).validation.fingerprint == validation.fingerprint)
    #expect(set.split(fraction: 0.1, seed: 4).validation.fingerprint != validation.fingerprint)
  }
}
