import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing
import Training

@Suite struct TrainingBatchSourceTests {
  /// The shared photographs, where this machine has them.
  static let photos: [String] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data =
      ProcessInfo.processInfo.environment["PEREGRINE_DATA"]
      ?? root.deletingLastPathComponent().appendingPathComponent("shared/data").path
    return ["dog", "eagle", "giraffe"].map { "\(data)/photos/\($0).jpg" }
      .filter(FileManager.default.fileExists(atPath:))
  }()

  private static func batches() throws -> TrainingBatches {
    let images = try photos.enumerated().map { index, path in
      LabelledImage(
        id: index, path: path, size: try ImageHeader.read(path).size,
        objects: [
          LabelledObject(annotationID: index, box: BoundingBox(x1: 50, y1: 60, x2: 300, y2: 280), classIndex: 0)
        ])
    }
    return try TrainingBatches(
      dataset: LabelledDataset(classes: [ObjectClass(id: 1, name: "animal")], images: images),
      inputSize: ImageSize(width: 64, height: 64), batchSize: 1, augmentation: AugmentationConfiguration(), seed: 7)
  }

  @Test(.enabled(if: photos.count == 3, "the shared photographs are not on this machine"))
  func preparedBatchesAreThoseOfTheRequests() throws {
    let source = try Self.batches()
    let requests = (0..<5).map { BatchRequest(epoch: $0 / 3, index: $0 % 3, mosaic: $0 < 3) }
    let next = source.batches { $0 < requests.count ? requests[$0] : nil }
    for request in requests {
      let prepared = try #require(try next())
      #expect(prepared.map(\.image) == (try source.batch(request).map(\.image)))
      #expect(prepared.map(\.objects) == (try source.batch(request).map(\.objects)))
    }
    #expect(try next() == nil)
  }

  @Test(.enabled(if: photos.count == 3, "the shared photographs are not on this machine"))
  func aRunOverRealBatchesIsResumedExactly() throws {
    let folder = try TemporaryFolder()
    var configuration = TrainingConfiguration()
    configuration.epochs = 2
    configuration.batchSize = 1
    func run(_ name: String, stopAfter stop: Int?, resuming: Bool) throws -> TrainingOutcome {
      let detector = FakeDetector(inputSize: ImageSize(width: 64, height: 64))
      let interruption = Interruption(signals: [])
      detector.onStep = { if $0 + 1 == stop { interruption.request() } }
      return try Trainer(
        detector: detector, batches: Self.batches(), configuration: configuration,
        folder: TrainingFolder(path: folder.path + "/" + name), trainingDataHash: "photos", progress: .silent(),
        interruption: interruption
      ).run(resuming: resuming)
    }
    #expect(try run("whole", stopAfter: nil, resuming: false) == .completed(best: nil))
    #expect(try run("parts", stopAfter: 4, resuming: false) == .interrupted(epochs: 1, steps: 1))
    #expect(try run("parts", stopAfter: nil, resuming: true) == .completed(best: nil))
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/whole/last.safetensors"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/parts/last.safetensors")) == whole)
  }
}
