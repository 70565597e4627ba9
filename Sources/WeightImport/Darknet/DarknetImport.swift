import Foundation
import ImageCodecs
import Models
import YOLO

/// Turns the files of a Darknet network into a model file.
public enum DarknetImport {
  /// What the user says of the files, which they do not say themselves.
  public struct Options: Hashable, Sendable {
    /// Darknet as of 2018 stretches images to the network's input; its first versions letterbox.
    public var resize = ResizePolicy.stretch
    public var licence = ""

    public init() {}
  }

  /// Reads the three files of a Darknet network.
  ///
  /// Throws a `DarknetError` that names the file, the line, and what was expected.
  /// - Parameter namesPath: a class name a line, in the order of the head; nil for "class 0", "class 1"…, or for no names
  ///   where there is no head.
  public static func modelFile(
    configuration configurationPath: String, weights weightsPath: String, names namesPath: String?,
    options: Options = Options()
  ) throws(DarknetError) -> ModelFile {
    let configuration = try DarknetConfigurationFile(contentsOf: configurationPath)
    let network = try DarknetNetwork(configuration)
    let classCount = network.head?.classCount ?? network.lastShape.channels
    let labels = try namesPath.map { path throws(DarknetError) in try readLabels(path, count: classCount) }
    let weightBytes = try DarknetFile.bytes(of: weightsPath)
    let weights = try DarknetWeights(weightBytes, of: network, path: weightsPath)
    do {
      var file = try ModelFile(
        architecture: network.head == nil ? DarknetModel.headlessArchitecture : DarknetModel.architecture,
        configuration: DarknetModel(configuration: configuration.source, header: weights.header),
        classes: labels
          ?? (0..<(network.head == nil ? 0 : classCount)).map { ModelFile.Label(name: "class \($0)", id: $0 + 1) },
        preprocessing: Preprocessing(inputSize: network.inputSize, resize: options.resize, antialias: false),
        parameters: weights.parameters)
      file.provenance.licence = options.licence
      let configurationBytes = Data(configuration.source.utf8)
      file.provenance.sourceFiles = [(configurationPath, configurationBytes), (weightsPath, weightBytes)].map {
        ModelFile.SourceFile(
          name: URL(fileURLWithPath: $0).lastPathComponent, sha256: $1.withUnsafeBytes(SHA256.digest))
      }
      return file
    } catch {
      throw DarknetError(path: configurationPath, problem: "\(error)")
    }
  }

  /// Class names, one a line; blank lines at the end do not count.
  private static func readLabels(_ path: String, count: Int) throws(DarknetError) -> [ModelFile.Label] {
    let text = try DarknetFile.text(of: path, atMost: 16 << 20, expected: "a class name a line")
    var names = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    while names.last?.isEmpty == true { names.removeLast() }
    if let empty = names.firstIndex(of: "") {
      throw DarknetError(path: path, line: empty + 1, problem: "an empty line; expected a class name")
    }
    guard names.count == count else {
      throw DarknetError(path: path, problem: "\(names.count) names, the .cfg has classes=\(count); expected as many")
    }
    var seen: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      if let first = seen[name] {
        throw DarknetError(path: path, line: index + 1, problem: "\(name) stands in line \(first) already")
      }
      seen[name] = index + 1
    }
    return COCOClasses.labels(named: names) ?? names.enumerated().map { ModelFile.Label(name: $1, id: $0 + 1) }
  }
}
