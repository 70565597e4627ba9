import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct LabelledDatasetSubsetsTests {
  private func dataset(_ paths: [String]) -> LabelledDataset {
    LabelledDataset(
      classes: [ObjectClass(id: 1, name: "x")],
      images: paths.enumerated().map { index, path in
        LabelledImage(
          id: index + 1, path: path, size: ImageSize(width: 10, height: 10),
          objects: [
            LabelledObject(
              annotationID: index + 1, box: BoundingBox(x1: 0, y1: 0, x2: 5, y2: 5), classIndex: 0)
          ])
      })
  }

  @Test("a list names images by file name, stem or path; the dataset keeps its order")
  func list() throws {
    let folder = try TemporaryFolder()
    let whole = dataset(["/d/a.jpg", "/d/b c.jpg", "/d/c.jpg", "/d/e.jpg"])
    let list = try folder.write("# held out\nc  1\n\nb c.jpg\r\nsome/where/a.jpg\n", to: "list.txt")
    let part = try whole.filtered(byList: list)
    #expect(part.images.map(\.id) == [1, 2, 3])
    #expect(part.audit.boxCount == 3)
    let wrong = try folder.write("a\nnobody\n", to: "wrong.txt")
    let error = try #require(throws: DatasetError.self) { try whole.filtered(byList: wrong) }
    #expect(error.line == 2)
    #expect(error.problem.contains("'nobody'"))
  }

  @Test("equal names in two folders are told apart by path, or refused")
  func ambiguous() throws {
    let folder = try TemporaryFolder()
    let whole = dataset(["/d/p/a.jpg", "/d/q/a.jpg"])
    let list = try folder.write("q/a\n", to: "list.txt")
    #expect(try whole.filtered(byList: list).images.map(\.id) == [2])
    let short = try folder.write("a\n", to: "short.txt")
    let error = try #require(throws: DatasetError.self) { try whole.filtered(byList: short) }
    #expect(error.problem.contains("2 images are called 'a'"))
  }

  @Test(
    "a split holds out the rounded fraction, never all and never none",
    arguments: [(100, 0.2, 20), (3, 0.01, 1), (2, 0.99, 1), (5, 0.5, 3), (10, 0, 0), (1, 0.5, 0), (0, 0.5, 0)])
  func splitCounts(count: Int, fraction: Double, heldOut: Int) {
    let split = dataset((0..<count).map { "/d/\($0).jpg" }).split(fraction: fraction, seed: 1)
    #expect(split.validation.images.count == heldOut)
    #expect(split.training.images.count == count - heldOut)
    #expect(Set(split.training.images.map(\.id)).isDisjoint(with: split.validation.images.map(\.id)))
  }

  @Test("the choice depends on names and seed alone")
  func splitChoice() {
    let names = (0..<50).map { "\($0).jpg" }
    let one = dataset(names.map { "/d/" + $0 }).split(fraction: 0.2, seed: 1).validation
    let moved = dataset(names.reversed().map { "/elsewhere/" + $0 }).split(fraction: 0.2, seed: 1).validation
    #expect(Set(one.images.map(\.fileName)) == Set(moved.images.map(\.fileName)))
    let other = dataset(names.map { "/d/" + $0 }).split(fraction: 0.2, seed: 2).validation
    #expect(Set(one.images.map(\.fileName)) != Set(other.images.map(\.fileName)))
  }
}
