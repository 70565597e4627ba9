import CPUKernels
import EvaluationTesting
import FolderTesting
import Foundation
import ImageCodecs
import Inference
import Models
import Testing

struct DetectionRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(width: Int) throws -> String {
    let path = folder.path("\(width).png")
    try RGBImage(size: ImageSize(width: width, height: 30), color: (90, 90, 90)).write(to: path)
    return path
  }

  /// Two classes; an image of width 40 + n holds a dog of score 1 / (1 + n).
  private static func detector() -> ScriptedDetector {
    let answers = (0..<30).map { (40 + $0, [found(5, 5, 20, 20, 1, 1 / Double(1 + $0))]) }
    return ScriptedDetector(
      classNames: ["cat", "dog"], classIDs: [17, 18], answers: Dictionary(uniqueKeysWithValues: answers))
  }

  private func outcomes(
    _ inputs: ImageInputs, imageCount: Int, maximumCount: Int = 1, annotated: AnnotatedNames? = nil
  ) throws -> [DetectionRun.Outcome] {
    let pool = try DetectorPool(imageCount: imageCount, maximumCount: maximumCount) { _ in Self.detector() }
    let run = DetectionRun(pool: pool, annotatedNames: annotated, inputs: inputs)
    var outcomes: [DetectionRun.Outcome] = []
    while let outcome = try run.next() { outcomes.append(outcome) }
    run.cancel()
    return outcomes
  }

  private func reports(_ outcomes: [DetectionRun.Outcome]) -> [DetectionReport] {
    outcomes.compactMap { if case .report(let report) = $0 { report } else { nil } }
  }

  private func failures(_ outcomes: [DetectionRun.Outcome]) -> [String] {
    outcomes.compactMap { if case .failure(let image, let reason) = $0 { "\(image)|\(reason)" } else { nil } }
  }

  @Test func aFailureLeavesTheOthers() throws {
    let paths = [try write(width: 40), folder.path("broken.png"), try write(width: 41)]
    try Data("no image".utf8).write(to: URL(fileURLWithPath: paths[1]))
    let annotated = folder.path("annotated")
    try FileManager.default.createDirectory(atPath: annotated, withIntermediateDirectories: true)
    let outcomes = try outcomes(
      ImageInputs(files: paths), imageCount: 3, annotated: AnnotatedNames(folder: annotated, for: paths))

    #expect(outcomes.count == 3)
    guard case .failure(let image, let reason) = outcomes[1] else {
      Issue.record("the second image is broken")
      return
    }
    #expect(image == paths[1])
    #expect(reason.hasPrefix("\(paths[1]): "))
    let reports = reports(outcomes)
    #expect(reports.map(\.image) == [paths[0], paths[2]])
    #expect(reports[0].width == 40 && reports[0].height == 30)
    #expect(reports[0].detections.map(\.label) == ["dog"] && reports[0].detections.map(\.classId) == [18])
    #expect(reports[1].detections.map(\.box) == [[5, 5, 20, 20]])
    let copies = try FileManager.default.contentsOfDirectory(atPath: annotated).sorted()
    #expect(copies == ["40.png", "41.png"])
    let copy = try RGBImage(contentsOf: annotated + "/40.png")
    #expect(copy.size == ImageSize(width: 40, height: 30))
    #expect(try copy != RGBImage(contentsOf: paths[0]))
  }

  @Test func aCopyThatCannotBeWrittenEndsTheRun() throws {
    let path = try write(width: 40)
    #expect(throws: ImageError(file: folder.path("missing/40.png"), reason: .unwritable(code: ENOENT))) {
      _ = try outcomes(
        ImageInputs(files: [path]), imageCount: 1,
        annotated: AnnotatedNames(folder: folder.path("missing"), for: [path]))
    }
  }

  @Test func aPoolGivesWhatOneDetectorGives() throws {
    let paths = try (0..<30).map { try write(width: 40 + $0) }
    let alone = try outcomes(ImageInputs(files: paths), imageCount: 30)
    let together = try outcomes(ImageInputs(files: paths), imageCount: 30, maximumCount: 5)
    #expect(reports(alone).map(\.image) == paths)
    let scores: [Double] = reports(alone).flatMap { $0.detections.map(\.score) }
    let expected: [Double] = (1...30).map { 1 / Double($0) }
    #expect(scores == expected)
    #expect(reports(together) == reports(alone))
  }

  /// Few images are not worth a second detector; many do not make more detectors than threads.
  @Test func thePoolFitsTheImages() throws {
    func count(_ images: Int?, _ most: Int = 8) throws -> Int {
      try DetectorPool(imageCount: images, maximumCount: most) { _ in Self.detector() }.count
    }
    #expect(try count(0) == 1 && count(1) == 1 && count(7) == 1)
    for threads in [1, 2, 5] {
      try KernelThreads.withCount(threads) { () throws in
        #expect(try count(8) == min(2, threads))
        #expect(try count(nil) == threads)
        #expect(try count(100_000, 1) == 1)
      }
    }
  }

  /// A pool keeps the threads that it was made for, whatever the number is when it begins to work.
  @Test func fewerThreadsAfterwardsDoNoHarm() throws {
    let paths = try (0..<4).map { try write(width: 40 + $0) }
    let pool = try KernelThreads.withCount(4) {
      try DetectorPool(maximumCount: 4) { _ in Self.detector() }
    }
    #expect(pool.count == 4)
    let run = KernelThreads.withCount(1) {
      DetectionRun(pool: pool, annotatedNames: nil, inputs: ImageInputs(files: paths))
    }
    var outcomes: [DetectionRun.Outcome] = []
    while let outcome = try run.next() { outcomes.append(outcome) }
    #expect(reports(outcomes).map(\.image) == paths)
  }

  @Test func framesOfAStreamAreNumbered() throws {
    var bytes = Data()
    for width in [40, 41] { bytes.append(try Data(contentsOf: URL(fileURLWithPath: write(width: width)))) }
    bytes.append(try Data(contentsOf: URL(fileURLWithPath: write(width: 42))).dropLast(9))
    let stream = folder.path("stream")
    try bytes.write(to: URL(fileURLWithPath: stream))
    let file = try #require(FileHandle(forReadingAtPath: stream))
    let annotated = folder.path("annotated")
    try FileManager.default.createDirectory(atPath: annotated, withIntermediateDirectories: true)
    // The descriptor is closed with the object.
    let outcomes = try withExtendedLifetime(file) {
      try self.outcomes(
        ImageInputs(descriptor: file.fileDescriptor, form: .files), imageCount: 3,
        annotated: AnnotatedNames(folder: annotated, for: []))
    }
    #expect(reports(outcomes).map(\.image) == ["frame 1", "frame 2"])
    #expect(reports(outcomes).map(\.width) == [40, 41])
    #expect(failures(outcomes) == ["frame 3|frame 3: truncated: the file ends before the image does"])
    let copies = try FileManager.default.contentsOfDirectory(atPath: annotated).sorted()
    #expect(copies == ["frame-000001.jpg", "frame-000002.jpg"])
  }

  @Test func aCancelledRunBeginsNothing() throws {
    let path = try write(width: 40)
    #expect(try outcomes(ImageInputs(files: [path, path]) { true }, imageCount: 2).isEmpty)
  }
}
