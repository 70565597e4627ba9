import Datasets
import Foundation
import ImageCodecs
import ParallelWork

/// A folder of rendered scenes with their labels: `images/000001.jpg` and on, and `annotations.json` in COCO's form.
public struct SceneFolder: Sendable {
  /// How the objects' pixels are written.
  public enum Masks: String, Codable, Sendable, CaseIterable {
    /// Outlines to within half a pixel; run lengths where an object has holes, which outlines cannot tell.
    case polygon
    /// Run lengths, exact to the pixel.
    case rle
  }

  public let path: String
  public let settings: SceneSettings
  public let count: Int
  public var masks = Masks.polygon
  /// Of the JPEG files, 1 to 100.
  public var quality = 92

  public enum Outcome: Sendable, Hashable {
    case finished(objects: Int)
    /// Stopped on request; `done` scenes are in the folder.
    case interrupted(done: Int)
  }

  public init(path: String, settings: SceneSettings, count: Int) {
    precondition(count > 0, "a folder holds at least one scene, not \(count)")
    self.path = path
    self.settings = settings
    self.count = count
  }

  /// Renders the scenes, on several threads, and writes images and labels.
  ///
  /// A journal of finished scenes lies in the folder until all are done, so that a run that was stopped can go on.
  /// - Parameters:
  ///   - resuming: Go on with what an interrupted run of the same settings left.
  ///   - shouldStop: Asked after every scene.
  ///   - progress: Called after every scene with the number of those done.
  /// - Throws: ``SceneFolderError``, an `ImageError` where an image cannot be written, or an `OutputError` where the labels
  ///   cannot.
  public func write(
    resuming: Bool = false, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    shouldStop: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) throws -> Outcome {
    try makeFolders()
    guard resuming || !FileManager.default.fileExists(atPath: labelPath) else {
      throw SceneFolderError(path: labelPath, problem: "is there already; give a new folder")
    }
    var journal = try SceneJournal(
      path: "\(path)/annotations.partial.jsonl", heading: try heading(), resuming: resuming)
    let missing = (1...count).filter { journal.records[$0] == nil }
    let workers = max(1, min(threads, missing.count))
    let scenes = OrderedParallelMap(
      workers: workers, window: 2 * workers, input: { place in place < missing.count ? missing[place] : nil },
      work: { number in
        let scene = SampleScene(settings, number: number)
        try scene.image.write(to: "\(path)/\(Self.fileName(number))", quality: quality)
        return SceneRecord(number: number, labels: scene.labels, masks: masks)
      })
    var done = count - missing.count
    while !shouldStop(), let record = try scenes.next() {
      try journal.append(record)
      done += 1
      progress(done)
    }
    guard done == count else { return .interrupted(done: done) }
    let file = groundTruth(journal.records)
    try file.write(to: labelPath)
    journal.remove()
    return .finished(objects: file.annotations.count)
  }

  private var labelPath: String { "\(path)/annotations.json" }

  private static func fileName(_ number: Int) -> String {
    let digits = String(number)
    return "images/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".jpg"
  }

  private func makeFolders() throws(SceneFolderError) {
    do {
      try FileManager.default.createDirectory(atPath: "\(path)/images", withIntermediateDirectories: true)
    } catch {
      throw SceneFolderError(path: path, problem: "the folder cannot be made")
    }
  }

  /// What must be the same for a run to be continued.
  private func heading() throws -> String {
    struct Heading: Encodable {
      var settings: SceneSettings
      var masks: Masks
      var quality: Int
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(
      decoding: try encoder.encode(Heading(settings: settings, masks: masks, quality: quality)), as: UTF8.self)
  }

  private func groundTruth(_ records: [Int: SceneRecord]) -> COCOGroundTruthFile {
    var annotations: [COCOGroundTruthFile.Annotation] = []
    for number in 1...count {
      for object in records[number]?.objects ?? [] {
        annotations.append(object.annotation(id: annotations.count + 1, imageID: number))
      }
    }
    return COCOGroundTruthFile(
      info: [
        "description": "Sample scenes rendered by peregrine synthesize", "seed": String(settings.seed),
        "occlusion": settings.occlusion.rawValue, "lighting": settings.lighting.rawValue,
        "scale": settings.scale.rawValue, "background": settings.background.rawValue,
      ],
      images: (1...count).map { number in
        COCOGroundTruthFile.Image(
          id: number, fileName: String(Self.fileName(number).dropFirst("images/".count)),
          width: settings.imageSize.width, height: settings.imageSize.height)
      },
      annotations: annotations,
      categories: SceneClass.allCases.map { COCOGroundTruthFile.Category(id: $0.id, name: $0.rawValue) })
  }
}

/// A folder of scenes that cannot be written or continued.
public struct SceneFolderError: Error, Sendable, Hashable, CustomStringConvertible {
  public var path: String
  public var problem: String
  public var description: String { "\(path): \(problem)" }
}
