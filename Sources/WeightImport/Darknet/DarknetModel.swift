import Detectors
import Foundation
import ImageCodecs
import YOLO

/// What a model file keeps of an imported Darknet network: the text of its `.cfg`, which says everything about the graph
/// and the head, and the header of its weights.
public struct DarknetModel: Codable, Hashable, Sendable {
  /// The family's name in model files.
  public static let architecture = "darknet"
  /// What stands for it in the file of a network without a head: a classifier, or the first layers of a detector.
  public static let headlessArchitecture = "darknet-network"

  /// The `.cfg`, as it was read.
  public var configuration: String
  public var header: DarknetWeights.Header

  public init(configuration: String, header: DarknetWeights.Header) {
    self.configuration = configuration
    self.header = header
  }

  /// What the user says of the files, which they do not say themselves.
  public struct Options: Hashable, Sendable {
    /// Darknet as of 2018 stretches images to the network's input; its first versions letterbox.
    public var resize = ResizePolicy.stretch
    public var licence = ""

    public init() {}
  }

  /// Reads the three files that make a Darknet model.
  ///
  /// Throws a ``DarknetError`` that names the file, the line, and what was expected.
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
        architecture: network.head == nil ? headlessArchitecture : architecture,
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

extension DarknetModel {
  /// What a model file holds of a Darknet network, and that network.
  ///
  /// Throws a `ModelFileError` where the file's metadata are not what this program writes.
  public static func read(
    _ file: ModelFile, path: String
  ) throws -> (model: DarknetModel, network: DarknetNetwork) {
    func failure(_ problem: String) -> ModelFileError {
      .metadata(path: path, key: "peregrine.configuration", problem: problem)
    }
    guard let model = try? JSONDecoder().decode(DarknetModel.self, from: file.configuration) else {
      throw failure("is not a Darknet network of this version")
    }
    let network: DarknetNetwork
    do {
      network = try DarknetNetwork(DarknetConfigurationFile(model.configuration, path: "cfg"))
    } catch {
      throw failure("cannot be used: \(error)")
    }
    let classCount = network.head?.classCount ?? network.lastShape.channels
    guard file.classes.count == classCount || network.head == nil && file.classes.isEmpty else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.classes",
        problem: "names \(file.classes.count) classes, the network has \(classCount)")
    }
    guard file.preprocessing.inputSize == network.inputSize else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "has an input of \(file.preprocessing.inputSize), the network one of \(network.inputSize)")
    }
    return (model, network)
  }
}

extension YOLODetector {
  /// A detector from the model file of a Darknet network, which was read from `path`.
  public convenience init(darknet file: ModelFile, path: String, options: ModelOptions = ModelOptions()) throws {
    let network = try DarknetModel.read(file, path: path).network
    guard let head = network.head else { throw ModelFileError.noDetector(path: path, found: network.summary) }
    try self.init(
      graph: network.graph, head: head, classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing, precision: file.precision, options: options)
  }
}
