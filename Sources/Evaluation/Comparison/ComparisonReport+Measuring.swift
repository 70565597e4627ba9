import CPUKernels
import DetectionUtilities
import Foundation
import Models

extension ComparisonReport {
  /// What a report is asked for.
  public struct Settings: Sendable, Hashable {
    /// Of the images, for intervals and outcomes; at least 1.
    public var resamples: Int
    public var seed: UInt64
    /// Images on which detectors differ that are listed at most.
    public var disagreements: Int

    public init(resamples: Int = 1000, seed: UInt64 = 0, disagreements: Int = 12) {
      precondition(resamples >= 1, "\(resamples) resamples are none")
      self.resamples = resamples
      self.seed = seed
      self.disagreements = disagreements
    }
  }

  /// Makes of a measurement everything that can be said of it.
  ///
  /// - Parameters:
  ///   - path: of the labelled set, as it was given.
  ///   - notes: what a reader should know besides what the measurement itself says.
  ///   - progress: how many of the candidates are done.
  public init(
    _ measurement: ComparisonMeasurement, path: String, settings: Settings = Settings(), notes: [String] = [],
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    let dataset = measurement.dataset
    let finished = measurement.finished
    let protocolRules = EvaluationProtocol(.coco, iouType: measurement.iouType)
    var analysed: [AnalysedCandidate] = []
    for candidate in finished {
      analysed.append(AnalysedCandidate(candidate, protocol: protocolRules, settings: settings))
      progress(analysed.count, finished.count)
    }
    // The objects are the same for all.
    let set = finished[0].set
    let properties = ObjectGroups.all(of: set, luminance: BoxLuminance.all(of: set))
    var pairs: [ComparedPair] = []
    for (place, first) in analysed.enumerated() {
      for second in analysed[(place + 1)...] {
        pairs.append(ComparedPair(first, second, by: properties, images: dataset.images.count))
      }
    }
    var objects = [Int](repeating: 0, count: dataset.classes.count)
    for object in set.groundTruth where !object.isCrowd { objects[object.classIndex] += 1 }
    self.init(
      title: "Comparison of \(finished.count) detector\(finished.count == 1 ? "" : "s") "
        + "\(protocolRules.iouType.needsMasks ? "by masks " : "")on \(path)",
      protocolLine: Self.protocolLine(protocolRules, measurement),
      timingLine: Self.timingLine(measurement),
      data: DataSet(
        path: path, images: dataset.images.count, objects: objects.reduce(0, +), classes: dataset.classNames,
        emptyClasses: dataset.classes.indices.filter { objects[$0] == 0 }.map { dataset.classNames[$0] }),
      machine: .current, entries: analysed.map(\.entry), pairs: pairs,
      disagreements: ComparedImage.mostDifferent(
        analysed.map { ($0.entry.name, $0.outcomes) }, in: set, limit: settings.disagreements))
    failures = measurement.failures
    self.notes = notes + Self.notes(measurement, analysed)
  }

  private static func protocolLine(_ rules: EvaluationProtocol, _ measurement: ComparisonMeasurement) -> String {
    let options = measurement.options
    return "\(rules.description); of models boxes with a score from \(options.confidence), suppressed at an IoU above "
      + "\(options.iou) within a class; found and missed at an IoU of 0.5 and each detector's confidence of best F1"
  }

  private static func timingLine(_ measurement: ComparisonMeasurement) -> String? {
    let timed = measurement.finished.filter { $0.timing != nil }
    if timed.isEmpty { return nil }
    let threads = Set(timed.map { $0.candidate.setting.threads ?? KernelThreads.count }).sorted()
    let rounds = measurement.rounds
    return
      "from the file to the \(measurement.iouType.needsMasks ? "masks" : "boxes"), one image at a time, every detector in turn on every image in changing order, "
      + "\(rounds) round\(rounds == 1 ? "" : "s") over \(measurement.dataset.images.count) images after one run that does "
      + "not count; \(threads.map(String.init).joined(separator: " and ")) thread\(threads == [1] ? "" : "s"), oneDNN "
      + OneDNN.version
  }

  private static func notes(_ measurement: ComparisonMeasurement, _ analysed: [AnalysedCandidate]) -> [String] {
    var notes = measurement.unreadable.map { "left out of all figures: \($0.reason)" }
    if let first = analysed.first { notes += first.remarks.sentencesAboutObjects }
    for (place, first) in analysed.enumerated() {
      notes += first.remarks.sentencesAboutDetections(namesOptions: false).map { "\(first.entry.name): \($0)" }
      for second in analysed[(place + 1)...] where first.hasDetections(of: second) {
        notes.append("\(first.entry.name) and \(second.entry.name) found exactly the same boxes with the same scores")
      }
      if let share = first.entry.timing?.accountedShare, !(0.98...1.02).contains(share) {
        notes.append(
          String(format: "the stages of %@ make up %.1f %% of the whole time", first.entry.name, 100 * share))
      }
    }
    return notes
  }
}

extension ComparisonReport.Machine {
  /// The one that the program runs on.
  static var current: ComparisonReport.Machine {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return ComparisonReport.Machine(
      processor: model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount, instructions: OneDNN.instructionSet,
      version: ModelFile.programVersion)
  }
}
