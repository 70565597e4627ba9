import ComputeGraph
import Datasets
import FasterRCNN
import Glibc
import ImageCodecs
import JSONScanning
import ModelStorage
import Models
import Training
import WeightImport
import YOLO

/// A parser of files that strangers wrote, and inputs to begin with.
///
/// Another parser is another line in ``all``.
struct FuzzedParser: Sendable {
  let name: String
  /// Whether its files are bytes rather than text. A campaign gives those ten times as many inputs.
  var isBinary = false
  /// In bytes: long enough for two of everything.
  var longestInput = 2048
  /// What stands in such files and chance would hardly write.
  var dictionary: [String] = []
  /// What every error says: part of the name under which the parser is given the input.
  var nameInErrors = "fuzz"
  /// Small files that are read, each with another part of the format; those of images lie in Seeds.
  var seeds: [[UInt8]] = []
  /// Reads the input. A typed error that names the file is what most inputs give; all else is a finding.
  let parse: @Sendable (UnsafeRawBufferPointer) throws -> Void

  static let all =
    imageParsers + labelParsers + detectionParsers + modelParsers + weightParsers + configurationParsers

  private static let errorTypes: Set<ObjectIdentifier> = Set(
    [
      CheckpointError.self, ConfigurationError.self, DarknetError.self, DatasetError.self, ImageError.self,
      ModelFileError.self, ProposalError.self, PyTorchCheckpointError.self, SafeTensorsError.self,
    ].map { (type: any Error.Type) in ObjectIdentifier(type) })

  /// Ends the program where an error is not what users are to see: of another type, or without the file's name.
  func check(_ error: any Error) {
    if !Self.errorTypes.contains(ObjectIdentifier(type(of: error))) {
      finding("an error of another type, \(type(of: error)): \(error)")
    }
    let text = "\(error)"
    if !text.contains(nameInErrors) { finding("an error that names no file: \(text)") }
  }

  /// In libFuzzer's form.
  var dictionaryText: String {
    dictionary.map { word in
      let bytes = word.utf8.map { byte in
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
      return "\"\(bytes.joined())\"\n"
    }.joined()
  }
}

/// Ends the program, which libFuzzer reports with the input.
func finding(_ problem: String) -> Never {
  let line = Array("finding: \(problem)\n".utf8)
  write(STDERR_FILENO, line, line.count)
  abort()
}

/// A condition that holds for every input that is read.
func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
  if !condition { finding(problem()) }
}
