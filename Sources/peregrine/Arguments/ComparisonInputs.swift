import ArgumentParser
import CPUKernels
import Datasets
import Evaluation
import Files
import Foundation
import ImageCodecs
import ModelZoo
import Models
import NetworkPlans

/// What `compare` works on: the labelled set, and every input at every setting.
struct ComparisonInputs {
  let dataset: LabelledDataset
  private(set) var candidates: [ComparisonCandidate] = []
  private(set) var notes: [String] = []
  private var memoryProbes: [(candidate: Int, probe: PeakMemory)] = []
  private let command: CompareCommand
  /// All images of the folder, which files of detections may name.
  private let whole: LabelledDataset

  /// Most images that calibrate a model for int8.
  private static let calibrationImages = 16

  /// Opens everything, so that what is wrong with an input is known before anything is measured.
  init(_ command: CompareCommand) throws {
    self.command = command
    try Self.checkPaths(command.inputs)
    let read = try LabelledDataset.read(
      at: command.data,
      options: DatasetReadingOptions(
        splits: command.split.map { .only($0) } ?? .evaluation, readsMasks: command.iouType.needsMasks))
    if command.iouType.needsMasks { try read.requireMasks(at: command.data) }
    whole = read
    dataset = try command.list.map { try read.filtered(byList: $0) } ?? read
    if dataset.objectCount == 0 { throw ComparisonError.noObjects(path: command.list ?? command.data) }
    let names = Self.names(of: command.inputs)
    let models = try command.inputs.map { Self.isModel($0) ? try ModelVariant(contentsOf: $0) : nil }
    try checkSweeps(models.compactMap(\.self))
    for ((path, name), model) in zip(zip(command.inputs, names), models) {
      if let model {
        try checkMasks(model)
        try checkClasses(model)
        try addVariants(of: model, named: name)
      } else {
        try addDetections(path, named: name)
      }
    }
  }

  private static func isModel(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    let kind = PathName.fileExtension(of: path).lowercased()
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && kind != "json" && kind != "csv"
  }

  private static func checkPaths(_ paths: [String]) throws {
    var seen: [String: String] = [:]
    for path in paths {
      try MissingInput.check(path, "a model file, or detections as COCO results, CSV or a folder of text files")
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      if let first = seen.updateValue(path, forKey: real) {
        throw ComparisonError.givenTwice(path: first, again: path)
      }
    }
  }

  /// Of each path the shortest end, without extension, that no other one has.
  static func names(of paths: [String]) -> [String] {
    let parts = paths.map { path in
      URL(fileURLWithPath: path).deletingPathExtension().pathComponents.filter { $0 != "/" }
    }
    return parts.indices.map { index in
      let others = parts.indices.filter { $0 != index }
      let lengths = 1...max(1, parts[index].count)
      guard
        let length = lengths.first(where: { length in
          others.allSatisfy { parts[$0].suffix(length) != parts[index].suffix(length) }
        })
      else { return paths[index] }
      return parts[index].suffix(length).joined(separator: "/")
    }
  }

  private func checkSweeps(_ models: [ModelVariant]) throws {
    let sweeps: [(option: String, isGiven: Bool)] = [
      ("--sizes", command.sizes != nil), ("--precisions", command.precisions != nil),
      ("--threads", command.threads != nil),
    ]
    if models.isEmpty, let sweep = sweeps.first(where: \.isGiven) {
      throw ValidationError("\(sweep.option) is for models; the inputs are files of detections alone")
    }
    if command.proposals != nil, !models.contains(where: \.isTwoStage) {
      throw ValidationError("--proposals is for two-stage models; none of the inputs is one")
    }
  }

  /// Refuses a model without masks where those are compared.
  private func checkMasks(_ model: ModelVariant) throws {
    if command.iouType.needsMasks, try !ModelCatalog.predictsMasks(LoadedModel(contentsOf: model.path)) {
      throw ValidationError(
        "--iou-type \(command.iouType.rawValue) compares masks, which \(model.path) does not predict")
    }
  }

  /// Refuses a model that lacks classes of the data, and notes where names or order differ.
  private mutating func checkClasses(_ model: ModelVariant) throws {
    let names = model.file.classes.map(\.name)
    let mapping = try ComparisonMeasurement.classMapping(
      from: names, to: dataset.classNames, path: model.path)
    let renamed = zip(names, mapping).compactMap { name, place in
      place.flatMap { dataset.classNames[$0] == name ? nil : "\(name) → \(dataset.classNames[$0])" }
    }
    if !renamed.isEmpty { notes.append("\(model.path): classes by name: \(renamed.joined(separator: ", "))") }
    let unused = mapping.count { $0 == nil }
    if unused > 0 {
      notes.append("\(model.path): \(unused) of its \(names.count) classes are not in the data and were left out")
    }
  }

  private mutating func addVariants(of model: ModelVariant, named name: String) throws {
    let own = model.file.precision
    let precisions = command.precisions?.values.filter { own == .float32 || $0 == .int8 }
    if let precisions, precisions.isEmpty {
      throw ModelFileError.precision(
        path: model.path, problem: "is in \(own.name), and cannot be computed in another precision")
    }
    if let asked = command.precisions?.values, let precisions, precisions.count < asked.count {
      notes.append("\(model.path): is in \(own.name), and was run in that precision alone")
    }
    let fileBytes = try FileManager.default.attributesOfItem(atPath: model.path)[.size] as? Int ?? 0
    for size in command.sizes?.values.map(Optional.some) ?? [nil] {
      let sized = try size.map { try model.resized(to: $0) } ?? model
      for precision in precisions?.map(Optional.some) ?? [nil] {
        let isMade = precision == .int8 && own == .float32
        let computed = try variant(sized, in: precision, isMade: isMade)
        for count in model.isTwoStage ? command.proposals?.values.map(Optional.some) ?? [nil] : [nil] {
          let variant = count.map(computed.proposing) ?? computed
          for threads in command.threads?.values ?? [KernelThreads.count] {
            try add(variant, named: name, size: size, threads: threads, isMade: isMade, fileBytes: fileBytes)
          }
        }
      }
    }
  }

  private mutating func variant(
    _ model: ModelVariant, in precision: RequestedPrecision?, isMade: Bool
  ) throws -> ModelVariant {
    if precision == .bf16 { return try model.computed(in: .bf16) }
    if !isMade { return model }
    let count = min(Self.calibrationImages, dataset.images.count)
    let places = (0..<count).map { $0 * dataset.images.count / count }
    let note =
      "\(model.path): int8 was calibrated on \(count) of the images that it is measured on; file size and weights are "
      + "those in f32, and its memory was not measured"
    if !notes.contains(note) { notes.append(note) }
    return try model.quantized(calibratingOn: places.map { dataset.images[$0].path })
  }

  private mutating func add(
    _ variant: ModelVariant, named name: String, size: ImageSize?, threads: Int, isMade: Bool, fileBytes: Int
  ) throws {
    let input = variant.sizesVary ? nil : variant.file.preprocessing.inputSize
    let precision = variant.file.precision.name
    var words: [String] = []
    if let size, (command.sizes?.values.count ?? 0) > 1 { words.append("\(size.width)×\(size.height)") }
    if let count = variant.proposals, (command.proposals?.values.count ?? 0) > 1 { words.append("\(count) proposals") }
    if (command.precisions?.values.count ?? 0) > 1 { words.append(precision) }
    if (command.threads?.values.count ?? 0) > 1 { words.append("\(threads) thread\(threads == 1 ? "" : "s")") }
    let cost = try variant.cost()
    candidates.append(
      ComparisonCandidate(
        name: words.isEmpty ? name : "\(name) \(words.joined(separator: ", "))", path: variant.path,
        family: ComparedDetector.Family(rawValue: variant.reportName),
        setting: ComparedDetector.Setting(
          width: input?.width, height: input?.height, proposals: variant.proposals, precision: precision,
          threads: threads),
        source: .detector(
          try KernelThreads.withCount(threads) { try variant.detector() },
          cost: ComparedDetector.Cost(
            parameters: cost.parameters, operations: cost.operations, proposals: variant.proposals,
            fileBytes: fileBytes, peakMemory: nil),
          sizesVary: variant.sizesVary)))
    if !isMade {
      memoryProbes.append(
        (
          candidates.count - 1,
          PeakMemory(
            model: variant.path, size: size, proposals: variant.isTwoStage ? variant.proposals : nil, threads: threads,
            images: Self.someImages(of: dataset))
        ))
    }
  }

  private mutating func addDetections(_ path: String, named name: String) throws {
    let found = try DetectionSet.read(
      at: path, for: whole,
      options: DetectionReadingOptions(
        acceptsUnknownClasses: command.acceptUnknownClasses, acceptsAnyScore: command.acceptAnyScore,
        readsMasks: command.iouType.needsMasks))
    if let unknown = UnknownClassDetections.summary(found.unknownClasses, knownClasses: whole.classNames) {
      notes.append("\(path): \(unknown)")
    }
    for (finding, count) in found.findings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      notes.append("\(path): \(count) × \(finding.description)")
    }
    notes += found.readings.map { "\(path): \($0)" }
    let ids = Set(dataset.images.map(\.id))
    let listed = found.detections.indices.filter { ids.contains(found.detections[$0].imageID) }
    if listed.count < found.detections.count {
      notes.append(
        "\(path): \(found.detections.count - listed.count) detections on images that --list does not name were left out"
      )
    }
    candidates.append(
      ComparisonCandidate(
        name: name, path: path, family: .results, setting: ComparedDetector.Setting(),
        source: .detections(
          listed.map { found.detections[$0] },
          segmentations: command.iouType.needsMasks ? listed.map { found.segmentations[$0] } : nil)))
  }

  /// The first, the largest and the last image.
  private static func someImages(of dataset: LabelledDataset) -> [String] {
    let images = dataset.images
    let largest = images.max { $0.size.width * $0.size.height < $1.size.width * $1.size.height }
    return [images.first, largest, images.last].compactMap { $0?.path }
  }

  /// Models of which ``measureMemory(_:)`` measures the memory.
  var probeCount: Int { memoryProbes.count }

  /// Runs every model alone in a process of its own, to see how much memory it needs.
  ///
  /// - Parameter progress: called before each and after the last, with how many are done.
  mutating func measureMemory(_ progress: (_ done: Int) throws -> Void) rethrows {
    for (done, (index, probe)) in memoryProbes.enumerated() {
      try progress(done)
      guard case .detector(let detector, var cost, let sizesVary) = candidates[index].source else { continue }
      cost.peakMemory = probe.bytes()
      candidates[index].source = .detector(detector, cost: cost, sizesVary: sizesVary)
    }
    try progress(memoryProbes.count)
  }
}
