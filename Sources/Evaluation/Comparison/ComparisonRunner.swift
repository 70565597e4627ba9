import Datasets
import DetectionUtilities
import ImageCodecs
import Models

/// One detector on its way through the images of a comparison: what it found, and how long every image took.
final class ComparisonRunner {
  /// Seconds of one image in one round.
  struct Sample {
    var imageID: Int
    var whole: Double
    var decode: Double
    var stages: StageSeconds
  }

  let detector: any Detector
  let threads: Int?
  private(set) var samples: [Sample] = []
  /// By image id, class indices the detector's own; of the first round.
  private(set) var detections: [Int: [Detection]] = [:]
  private(set) var failure: String?
  private let sizesVary: Bool
  private var warmedSize: ImageSize?

  init(_ detector: any Detector, threads: Int?, sizesVary: Bool) {
    self.detector = detector
    self.threads = threads
    self.sizesVary = sizesVary
  }

  /// Detects on an image and notes the time; first without noting it where the network has to be compiled.
  ///
  /// What fails the detector is noted. Throws what is wrong with the image (an `ImageFailure`).
  func detect(_ image: LabelledImage) throws {
    do {
      if warmedSize == nil || sizesVary && warmedSize != image.size {
        _ = try run(image)
        warmedSize = image.size
      }
      let (found, sample) = try run(image)
      if let first = detections[image.id], first != found {
        failure = "\(image.fileName): the detections differ from round to round"
        return
      }
      detections[image.id] = found
      samples.append(sample)
    } catch let error as any ImageFailure {
      throw error
    } catch {
      failure = "\(image.fileName): \(error)"
    }
  }

  private func run(_ image: LabelledImage) throws -> ([Detection], Sample) {
    let clock = ContinuousClock()
    let start = clock.now
    let decoded = try DecodedImage(
      contentsOf: image.path, options: ImageDecodingOptions(minimumSize: detector.decodingSize))
    let decodedAt = clock.now
    let found = try detector.predict(SourceImage(decoded, name: image.path))
    let end = clock.now
    return (
      found.value,
      Sample(
        imageID: image.id, whole: start.duration(to: end) / .seconds(1),
        decode: start.duration(to: decodedAt) / .seconds(1), stages: found.seconds)
    )
  }

  /// Times of the images that all detectors could read; nil without any.
  func timing(rounds: Int, without unreadable: Set<Int>) -> ComparedTiming? {
    let samples = samples.filter { !unreadable.contains($0.imageID) }
    if samples.isEmpty { return nil }
    func spread(_ seconds: (Sample) -> Double) -> ComparedTiming.Spread {
      ComparedTiming.Spread(samples.map { 1e3 * seconds($0) })
    }
    let stages = ComparedTiming.Stage.allCases.compactMap { stage -> ComparedTiming.StageTime? in
      let values = samples.compactMap { $0.seconds(in: stage) }
      return values.isEmpty
        ? nil : ComparedTiming.StageTime(stage: stage, spread: ComparedTiming.Spread(values.map { 1e3 * $0 }))
    }
    return ComparedTiming(
      images: Set(samples.map(\.imageID)).count, rounds: rounds, whole: spread(\.whole), stages: stages)
  }
}

extension ComparisonRunner.Sample {
  /// nil where the detector has no such stage.
  fileprivate func seconds(in stage: ComparedTiming.Stage) -> Double? {
    switch stage {
    case .decode: decode
    case .preprocess: stages.preprocess
    case .network: stages.network
    case .proposals: stages.proposals
    case .boxHead: stages.boxHead
    case .postprocess: stages.postprocess
    }
  }
}
