import ComputeGraph
import ModelStorage

extension Checkpoint {
  private static let format = "peregrine-checkpoint-1"

  /// Writes a safetensors file, whole or not at all, and keeps the one that was there under `previousPath`.
  ///
  /// - Throws: `SafeTensorsError` or `OutputError`.
  public func write(to path: String, keepingPreviousAs previousPath: String? = nil) throws {
    var tensors = parameters.prefixed("parameters.")
    tensors.merge(average.prefixed("average."))
    tensors.merge(optimiserState.prefixed("optimiser."))
    var metadata = [
      "format": Self.format, "averageUpdateCount": String(averageUpdateCount),
      "optimiserStepCount": String(optimiserStepCount), "epoch": String(epoch), "stepInEpoch": String(stepInEpoch),
      "epochImageCount": String(epochImageCount), "epochSeconds": "\(epochSeconds)",
      "trainingDataHash": trainingDataHash, "lossStepCount": String(epochLosses.stepCount),
    ]
    for (name, value) in best?.metrics ?? [:] { metadata["best\(name)"] = "\(value)" }
    if let threadCount { metadata["threadCount"] = String(threadCount) }
    for (index, name) in epochLosses.names.enumerated() {
      metadata["lossName.\(index)"] = name
      metadata["lossSum.\(index)"] = "\(epochLosses.sums[index])"
    }
    for (key, value) in settings { metadata["setting.\(key)"] = value }
    try SafeTensorsFile.write(
      tensors, metadata: metadata, hasChecksum: true, to: path, keepingPreviousAs: previousPath)
  }

  /// - Throws: ``CheckpointError``.
  public static func read(_ path: String) throws -> Checkpoint {
    let tensors: ParameterStore
    let metadata: [String: String]
    do {
      (tensors, metadata) = try SafeTensorsFile.read(path)
    } catch let error as SafeTensorsError {
      throw CheckpointError.unreadable(error)
    }
    guard metadata["format"] == format else {
      throw CheckpointError.notACheckpoint(
        path: path, expectation: "expected format \(format), found \(metadata["format"] ?? "none")")
    }
    func value<Value: LosslessStringConvertible>(_ key: String) throws(CheckpointError) -> Value {
      guard let value = metadata[key].flatMap(Value.init) else {
        throw .notACheckpoint(path: path, expectation: "\(key) is \(metadata[key] ?? "missing"), expected a number")
      }
      return value
    }
    func count(_ key: String) throws(CheckpointError) -> Int {
      let count: Int = try value(key)
      guard count >= 0 else { throw .notACheckpoint(path: path, expectation: "\(key) is negative") }
      return count
    }
    var names: [String] = []
    var sums: [Double] = []
    while let name = metadata["lossName.\(names.count)"] {
      sums.append(try value("lossSum.\(names.count)"))
      names.append(name)
    }
    var best: ValidationResult?
    for kind in ValidationResult.Kind.allCases where metadata["best\(kind.names[0])"] != nil {
      best = try ValidationResult(kind) { try value("best\($0)") }
    }
    var settings: [String: String] = [:]
    for (key, value) in metadata where key.hasPrefix("setting.") {
      settings[String(key.dropFirst("setting.".count))] = value
    }
    return Checkpoint(
      parameters: tensors.removingPrefix("parameters."), average: tensors.removingPrefix("average."),
      averageUpdateCount: try count("averageUpdateCount"), optimiserState: tensors.removingPrefix("optimiser."),
      optimiserStepCount: try count("optimiserStepCount"), epoch: try count("epoch"),
      stepInEpoch: try count("stepInEpoch"), best: best,
      epochLosses: LossAverages(names: names, sums: sums, stepCount: try count("lossStepCount")),
      epochImageCount: try count("epochImageCount"), epochSeconds: try value("epochSeconds"), settings: settings,
      trainingDataHash: metadata["trainingDataHash"] ?? "",
      threadCount: metadata["threadCount"] == nil ? nil : try count("threadCount"))
  }
}
