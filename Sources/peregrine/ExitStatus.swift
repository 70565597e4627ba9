import ArgumentParser
import CPUKernels
import Files
import Foundation
import ImageCodecs
import ModelStorage
import Models
import NetworkPlans
import ParallelWork
import SampleScenes
import Training
import WeightImport
import WorkedExamples
import YOLO

/// How the program ends.
enum ExitStatus {
  /// Some inputs failed; the others are done and reported.
  static let partial = ExitCode(1)
  static let usage = ExitCode(64)
  static let badData = ExitCode(65)
  static let missingInput = ExitCode(66)
  static let cannotWrite = ExitCode(73)
  static let inputOutput = ExitCode(74)
  /// What is in the way goes away by itself, or with more memory.
  static let tryAgain = ExitCode(75)
  /// A run that was interrupted and can be resumed; the shell's code for SIGINT.
  static let interrupted = ExitCode(130)
  /// Nobody reads the output any more; the shell's code for SIGPIPE.
  static let brokenPipe = ExitCode(141)
}

/// Runs a command's work; an error becomes one sentence on standard error and the exit code that fits it.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let code as ExitCode {
    throw code
  } catch let error as ValidationError {
    throw error
  } catch {
    let code = exitCode(for: error)
    // Nobody reads the output any more, and nobody needs to be told.
    if code != ExitStatus.brokenPipe { printError("peregrine: \(error)") }
    throw code
  }
}

private func exitCode(for error: any Error) -> ExitCode {
  switch error {
  case is MissingInput: ExitStatus.missingInput
  case is TilingError: ExitStatus.usage
  case let error as SafeTensorsError:
    switch error.kind {
    case .missing: ExitStatus.missingInput
    case .unreadable: ExitStatus.inputOutput
    case .malformed: ExitStatus.badData
    case .unwritable: ExitStatus.cannotWrite
    }
  case let error as PyTorchCheckpointError:
    switch error.kind {
    case .missing: ExitStatus.missingInput
    case .unreadable: ExitStatus.inputOutput
    case .malformed, .unsupported, .refused, .noStateDict: ExitStatus.badData
    }
  case let error as DarknetError:
    switch error.kind {
    case .missing: ExitStatus.missingInput
    case .unreadable: ExitStatus.inputOutput
    case .malformed: ExitStatus.badData
    }
  case let error as ConfigurationError where error.problem == .missing: ExitStatus.missingInput
  case TrainingError.unwritable: ExitStatus.cannotWrite
  case TrainingError.folderLocked: ExitStatus.tryAgain
  case let error as OutputError where error.code == EPIPE: ExitStatus.brokenPipe
  case let error as OutputError:
    switch error.kind {
    case .misused: ExitStatus.usage
    case .refused: ExitStatus.cannotWrite
    case .failed: isLackOfSpace(error) ? ExitStatus.cannotWrite : ExitStatus.inputOutput
    }
  case let error as ImageError:
    switch error.reason {
    case .unwritable: ExitStatus.cannotWrite
    case .outOfMemory: ExitStatus.tryAgain
    default: ExitStatus.badData
    }
  case let error as WorkedExampleError where error.kind == .unexpectedResult || error.kind == .disagreement:
    ExitStatus.partial
  case is CocoaError: ExitStatus.inputOutput
  case let error as KernelError where error.isMemoryShortage: ExitStatus.tryAgain
  case is MemoryShortage, is ThreadError: ExitStatus.tryAgain
  case is Interrupted: ExitStatus.interrupted
  case is SceneFolderError: ExitStatus.cannotWrite
  default: ExitStatus.badData
  }
}

/// Whether a file got no room: on its disk, in a quota, or below the limit of file sizes.
private func isLackOfSpace(_ error: OutputError) -> Bool {
  [ENOSPC, EDQUOT, EFBIG].contains(error.code) && !OutputDestination.isStream(error.path)
}

/// A path that the user gave and that is not there.
struct MissingInput: Error, CustomStringConvertible {
  var path: String
  var expected: String
  var description: String { "\(path): no such file or folder; expected \(expected)" }

  /// Throws unless there is something at the path.
  static func check(_ path: String, _ expected: String) throws(MissingInput) {
    if !FileManager.default.fileExists(atPath: path) { throw MissingInput(path: path, expected: expected) }
  }

  /// Throws unless there is a file at the path.
  static func checkFile(_ path: String, _ expected: String) throws {
    try check(path, expected)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue {
      throw FolderForFile(path: path, expected: expected)
    }
  }

  /// A folder where a file was meant.
  struct FolderForFile: Error, CustomStringConvertible {
    var path: String
    var expected: String
    var description: String { "\(path): is a folder; expected \(expected)" }
  }
}
