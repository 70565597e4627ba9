import ArgumentParser
import Files
import Foundation
import ImageCodecs
import SampleScenes
import Training

struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize", abstract: "Render labelled scenes to train, test and play with.",
    discussion: """
      Spheres, cubes, cylinders, cones, rings, mugs, dice and bottles lie on a ground under lamps. The output folder \
      gets images/*.jpg and annotations.json in COCO form: boxes and masks of what is visible, and per object its \
      visible fraction, apparent size, light level and truncation. The same options give the same bytes.
      """)

  @Argument(help: "Folder for the images and labels.")
  var output: String
  @Option(help: "Number of scenes.")
  var count = 100
  @Option(help: "Size of the images in pixels.")
  var size = ImageSize(width: 320, height: 320)
  @Option(help: "Seed; another one gives other scenes.")
  var seed: UInt64 = 1
  @Option(help: "Number of objects in a scene.")
  var objects = CountRange(2...9)
  @Option(help: "How much objects hide each other: none, some (up to 55 %) or heavy (up to 85 %).")
  var occlusion = SceneSettings.Occlusion.some
  @Option(help: "normal, dim, harsh, or mixed.")
  var lighting = SceneSettings.Lighting.mixed
  @Option(help: "How large objects appear: normal, small, large, or mixed.")
  var scale = SceneSettings.Scale.normal
  @Option(help: "plain, textured, cluttered, or mixed.")
  var background = SceneSettings.Background.mixed
  @Option(help: "How masks are written: polygon, or rle (exact).")
  var masks = SceneFolder.Masks.polygon
  @Flag(help: "Continue an interrupted run in the output folder.")
  var resume = false
  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  func validate() throws {
    if count < 1 { throw ValidationError("--count is at least 1, not \(count)") }
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
  }

  func run() throws {
    try reportingErrors {
      var settings = SceneSettings()
      settings.imageSize = size
      settings.seed = seed
      settings.objectCount = objects.range
      settings.occlusion = occlusion
      settings.lighting = lighting
      settings.scale = scale
      settings.background = background
      try OutputFolder.check(output)
      var folder = SceneFolder(path: output, settings: settings, count: count)
      folder.masks = masks
      let bar = ProgressLine("synthesize", total: count)
      let interruption = Interruption()
      let outcome = try interruption.listen {
        try folder.write(
          resuming: resume, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
          shouldStop: { interruption.isRequested }, progress: bar.update)
      }
      bar.clear()
      switch outcome {
      case .finished(let objects):
        print("\(count) scenes with \(objects) objects are in \(output)")
      case .interrupted(let done):
        print("Interrupted after \(done) of \(count) scenes; the same command with --resume continues")
        throw ExitStatus.interrupted
      }
    }
  }
}

/// A range of whole numbers on the command line: "2-9", or "5".
struct CountRange: ExpressibleByArgument {
  var range: ClosedRange<Int>

  init(_ range: ClosedRange<Int>) { self.range = range }

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1] else { return nil }
    // More than this finds no room in a picture.
    guard low >= 0, high >= low, high <= 200 else { return nil }
    range = low...high
  }

  var defaultValueDescription: String { "\(range.lowerBound)-\(range.upperBound)" }
}

extension ImageSize: ExpressibleByArgument {
  /// "640x480".
  public init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
    guard (32...8192).contains(width), (32...8192).contains(height) else { return nil }
    self.init(width: width, height: height)
  }

  public var defaultValueDescription: String { "\(width)x\(height)" }
}

extension SceneSettings.Occlusion: ExpressibleByArgument {}
extension SceneSettings.Lighting: ExpressibleByArgument {}
extension SceneSettings.Scale: ExpressibleByArgument {}
extension SceneSettings.Background: ExpressibleByArgument {}
extension SceneFolder.Masks: ExpressibleByArgument {}
