import Files
internal import Foundation

/// The output folder of a training run; nothing is written outside it.
///
/// - `configuration.yaml`: every setting of the run, defaults included
/// - `log.csv`: one row per epoch
/// - `best.safetensors`: the model file of the best validation so far
/// - `last.safetensors`: the model file at the end of the run
/// - `checkpoints/last.safetensors`: what resuming needs
/// - `checkpoints/last.previous.safetensors`: the checkpoint before it
/// - `.lock`: held by the run that is under way, and removed at its end
public struct TrainingFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

  public var configuration: String { path + "/configuration.yaml" }
  public var log: String { path + "/log.csv" }
  public var bestModel: String { path + "/best.safetensors" }
  public var lastModel: String { path + "/last.safetensors" }
  public var checkpoint: String { path + "/checkpoints/last.safetensors" }
  public var previousCheckpoint: String { path + "/checkpoints/last.previous.safetensors" }

  /// Whether a run can be resumed from here.
  public var hasCheckpoint: Bool {
    FileManager.default.fileExists(atPath: checkpoint) || FileManager.default.fileExists(atPath: previousCheckpoint)
  }

  /// Removes the temporary files that killed runs left.
  func sweep() {
    for folder in [path, path + "/checkpoints"] { OutputFolder.sweep(folder) }
  }

  /// Makes the folders where they are missing.
  ///
  /// - Throws: ``TrainingError``.
  func create() throws(TrainingError) {
    do {
      try FileManager.default.createDirectory(atPath: path + "/checkpoints", withIntermediateDirectories: true)
    } catch {
      throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  /// The latest checkpoint that can be read: the previous one where the last is damaged or missing.
  ///
  /// - Returns: the checkpoint, and the damage where there is some.
  /// - Throws: ``CheckpointError`` of the last one when neither can be read.
  func readCheckpoint() throws -> (checkpoint: Checkpoint, damage: CheckpointError?) {
    do {
      return (try Checkpoint.read(checkpoint), nil)
    } catch let error as CheckpointError {
      guard let previous = try? Checkpoint.read(previousCheckpoint) else { throw error }
      return (previous, error)
    }
  }
}
