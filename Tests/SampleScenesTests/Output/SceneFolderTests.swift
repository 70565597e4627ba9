import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import SampleScenes
import Testing

struct SceneFolderTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  private func folder(_ name: String, count: Int = 5) -> SceneFolder {
    var settings = SceneSettings()
    settings.imageSize = ImageSize(width: 96, height: 64)
    return SceneFolder(path: temporary.path(name), settings: settings, count: count)
  }

  private func bytes(_ name: String) throws -> [String: Data] {
    let root = temporary.path(name)
    var found: [String: Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: root) where file.contains(".") {
      found[file] = FileManager.default.contents(atPath: "\(root)/\(file)")
    }
    return found
  }

  @Test func threadsDoNotChangeAByte() throws {
    _ = try folder("one").write(threads: 1)
    _ = try folder("three").write(threads: 3)
    let one = try bytes("one")
    #expect(one.count == 6)
    #expect(try bytes("three") == one)
  }

  @Test func anInterruptedRunContinuesToTheSameBytes() throws {
    _ = try folder("whole").write(threads: 2)
    var asked = 0
    let outcome = try folder("parts").write(threads: 2) {
      asked += 1
      return asked > 2
    }
    #expect(outcome == .interrupted(done: 2))
    #expect(try bytes("parts")["annotations.json"] == nil)
    // A line that a killed run did not finish.
    let journal = temporary.path("parts/annotations.partial.jsonl")
    let handle = try #require(FileHandle(forWritingAtPath: journal))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"number\":5,\"obj".utf8))
    try handle.close()
    var progress: [Int] = []
    _ = try folder("parts").write(resuming: true, threads: 2) {
      false
    } progress: {
      progress.append($0)
    }
    #expect(progress == [3, 4, 5])
    #expect(try bytes("parts") == bytes("whole"))
  }

  @Test func otherRunsAreNotOverwrittenOrContinued() throws {
    _ = try folder("done").write(threads: 1)
    #expect(throws: SceneFolderError.self) { try folder("done").write(threads: 1) }
    _ = try folder("stopped").write(threads: 1) { true }
    #expect(throws: SceneFolderError.self) { try folder("stopped").write(threads: 1) }
    var other = folder("stopped")
    other.masks = .rle
    let error = #expect(throws: SceneFolderError.self) { try other.write(resuming: true, threads: 1) }
    #expect(error?.description.contains("other settings") == true)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let file = temporary.path("file")
    try Data().write(to: URL(fileURLWithPath: file))
    let error = #expect(throws: SceneFolderError.self) {
      try SceneFolder(path: "\(file)/inside", settings: SceneSettings(), count: 1).write()
    }
    #expect(error?.path == "\(file)/inside")
  }

  @Test func theFolderIsADatasetWithAttributes() throws {
    _ = try folder("data").write(threads: 2)
    let dataset = try LabelledDataset.read(at: temporary.path("data"))
    #expect(dataset.images.count == 5)
    #expect(dataset.classNames == SceneClass.allCases.map(\.rawValue))
    let scene = SampleScene(folder("data").settings, number: 1)
    let objects = try #require(dataset.images.first).objects
    #expect(objects.map(\.box) == scene.labels.map(\.box))
    #expect(objects.map(\.attributes) == scene.labels.map(\.attributes))
    #expect(objects.map(\.area) == scene.labels.map { Double($0.mask.area) })
  }
}
