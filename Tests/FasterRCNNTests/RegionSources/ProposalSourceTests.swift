import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Testing

struct ProposalSourceTests {
  static let computed: [ProposalSource] = [.slidingWindows, .random, .selectiveSearch]

  @Test(arguments: computed + [.file(path: "a/Boxes.JSON")])
  func argumentRoundTrip(source: ProposalSource) throws {
    #expect(try ProposalSource(argument: source.description) == source)
  }

  @Test(arguments: ["", "selective", "boxes.txt", "Random"])
  func unknownArgumentIsNamed(argument: String) {
    #expect(throws: ProposalError.unknownSource(argument: argument)) { try ProposalSource(argument: argument) }
    #expect(
      "\(ProposalError.unknownSource(argument: argument))"
        == "'\(argument)' is no source of proposals: expected sliding-windows, random, selective-search or a path "
        + "ending in .json")
  }

  /// Awkward sizes: boxes have area, lie inside the image, and are no more than asked for.
  @Test(
    arguments: computed,
    [
      ImageSize(width: 1, height: 1), .init(width: 10000, height: 1), .init(width: 1, height: 700),
      .init(width: 90, height: 60), .init(width: 1203, height: 77),
    ])
  func boxesLieInTheImage(source: ProposalSource, size: ImageSize) throws {
    let image = TestPictures.noise(size, seed: 1)
    let boxes = try source.proposals(for: image, named: "", count: 300, seed: 4)
    #expect(!boxes.isEmpty && boxes.count <= 300)
    for box in boxes {
      #expect(box.x1 >= 0 && box.x1 < box.x2 && box.x2 <= Double(size.width))
      #expect(box.y1 >= 0 && box.y1 < box.y2 && box.y2 <= Double(size.height))
    }
    if size.width == 1 && size.height == 1 {
      #expect(Set(boxes) == [BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1)])
    }
  }

  @Test(arguments: computed)
  func noneAndOne(source: ProposalSource) throws {
    let image = TestPictures.noise(ImageSize(width: 40, height: 40), seed: 1)
    #expect(try source.proposals(for: image, named: "", count: 0, seed: 1).isEmpty)
    #expect(try source.proposals(for: image, named: "", count: 1, seed: 1).count == 1)
  }

  @Test func sameSeedSameBoxes() throws {
    let image = TestPictures.noise(ImageSize(width: 120, height: 80), seed: 2)
    for source in [ProposalSource.random, .selectiveSearch] {
      let provider = try ProposalProvider(source)
      let boxes = try provider.proposals(for: image, named: "a", count: 200, seed: 7)
      #expect(try provider.proposals(for: image, named: "b", count: 200, seed: 7) == boxes)
      #expect(try provider.proposals(for: image, named: "a", count: 200, seed: 8) != boxes)
    }
  }

  @Test func negativeCountStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let image = RGBImage(size: ImageSize(width: 2, height: 2))
      _ = try ProposalSource.random.proposals(for: image, named: "", count: -1, seed: 1)
    }
  }

  /// The provider has read the file: it may be gone afterwards.
  @Test func fileIsReadOnce() throws {
    let path = NSTemporaryDirectory() + "proposals-\(UUID().uuidString).json"
    try Data(#"{"a.jpg": [[0, 0, 2, 1]]}"#.utf8).write(to: URL(fileURLWithPath: path))
    let provider = try ProposalProvider(.file(path: path))
    try FileManager.default.removeItem(atPath: path)
    let image = RGBImage(size: ImageSize(width: 1, height: 1))
    #expect(
      try provider.proposals(for: image, named: "a.jpg", count: 5, seed: 0)
        == [BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1)])
    #expect(throws: ProposalError.missingImage(path: path, image: "b.jpg")) {
      try provider.proposals(for: image, named: "b.jpg", count: 5, seed: 0)
    }
    #expect(throws: ProposalError.self) { try ProposalProvider(.file(path: path)) }
  }
}
