import ArgumentParser
import Augmentation
import CPUKernels
import Datasets
import Evaluation
import Files
import Foundation
import ModelZoo
import Models
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a detector, a classifier or a segmenter on labelled images.",
    discussion: """
      The data may be a VOC, COCO or YOLO folder, or text files of 'x1 y1 x2 y2 class' lines. Of a classifier \
      (detector: classifier) they may be a folder per class, a CSV of file and class, MNIST's IDX files or CIFAR's \
      binary files too; of labels with boxes every object becomes an image. Of a segmenter (detector: segmenter) they \
      are a folder of images and one of label PNGs, as CamVid, VOC, Cityscapes or folders 'images' and 'labels' have \
      them, a COCO file whose objects have outlines, or a panoptic COCO file. The output folder gets the model \
      (last.safetensors, best.safetensors), the log (log.csv), the configuration in full and the checkpoints from which \
      --resume continues.
      """)

  @Argument(help: "Configuration (YAML), such as Configs/yolo-cbc.yaml.")
  var config: String
  @Option(
    help:
      "Folder with training images and labels, or the file that lists them; or a data.yaml, whose train and val are then used."
  )
  var data: String
  @Option(
    help: """
      Folder with validation images, or a data.yaml with a val; or which of the training images to hold out: a fraction \
      such as 0.1, or a text file with one image name per line. No validation image is trained on.
      """)
  var validation: String?
  @Option(help: "Boxes in text labels: xywh, xyxy (pixels) or relative; by default what the whole set shows.")
  var boxes: TextBoxForm?
  @Option(help: "Folder of the images of a COCO file, where they are not beside it.")
  var imagesFolder: String?
  @Option(help: "Folder for models, log and checkpoints.")
  var output: String
  @Option(
    help:
      "Start a detector from the backbone of this model file, a detector's or a classifier's, instead of random weights."
  )
  var backbone: String?
  @Option(
    help: """
      Fine-tune this model, of whatever classes: its configuration is the one that CONFIG changes, and all of its \
      parameters that fit the new network are taken over.
      """)
  var initial: String?
  @Flag(help: "Continue an interrupted run in the output folder.")
  var resume = false
  @Option(
    help: """
      Threads for the network; by default one per core. Another number gives other weights, in their last digits at \
      first: to repeat a run, or to resume one, give the number that it had.
      """)
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1, not \(threads)") }
    if backbone != nil && initial != nil {
      throw ValidationError("--initial brings a backbone of its own; drop --backbone")
    }
    if let validation, let fraction = Double(validation), !(fraction > 0 && fraction < 1) {
      throw ValidationError("--validation takes a folder or a fraction between 0 and 1, not \(validation)")
    }
  }

  func run() throws {
    try reportingErrors {
      if let threads { KernelThreads.count = threads }
      try MissingInput.checkFile(config, "a configuration file (YAML)")
      try MissingInput.check(data, "a folder with images and labels")
      for path in [backbone, initial].compactMap(\.self) { try MissingInput.check(path, "a model file") }
      let initial = try initial.map { try LoadedModel(contentsOf: $0) }
      var configuration = try ConfigurationFile.read(
        config, over: initial.map { try RunConfiguration(startingFrom: $0) } ?? RunConfiguration())
      try configuration.training.validate()
      try checkOutput()
      if resume && !TrainingFolder(path: output).hasCheckpoint {
        throw MissingInput(
          path: TrainingFolder(path: output).checkpoint, expected: "the checkpoint of a training run to resume")
      }
      if let imagesFolder {
        try MissingInput.check(imagesFolder, "a folder of images")
        guard !ModelCatalog.isClassifier(configuration) else {
          throw UnsuitableFamily(
            name: configuration.detector.rawValue, expected: "a detector or a segmenter for --images-folder")
        }
      }
      if ModelCatalog.isClassifier(configuration) {
        return try trainClassifier(configuration, initial: initial)
      }
      if ModelCatalog.isSegmenter(configuration) {
        return try trainSegmenter(configuration, initial: initial)
      }
      let sets = try TrainingSets(
        data: data, validation: validation, boxes: boxes, imagesFolder: imagesFolder,
        masks: configuration.predictsMasks, seed: configuration.training.seed)
      let (training, held) = (sets.training, sets.validation)
      print("\(data): \(training.images.count) images, \(training.objectCount) objects")
      print(training.audit.summary)
      if let held {
        print("validation: \(held.images.count) images, \(held.objectCount) objects")
        for remark in held.audit.readings where !training.audit.readings.contains(remark) { print("note: \(remark)") }
      }
      for note in sets.notes { print("note: \(note)") }

      let weights = try backbone.map { try ModelCatalog.backboneWeights(model: $0) }
      let detector = try ModelCatalog.trainable(
        &configuration, dataset: training, backbone: weights, initial: initial)
      var settings = try configuration.detectorSettings()
      settings["initialBackbone"] = weights?.fingerprint
      if let initial {
        settings["initialModel"] = initial.weights.fingerprint
        let outcome = try initial.weights.load(into: &detector.parameters)
        if !resume { show(outcome, of: initial.path) }
      }
      let batches = try TrainingBatches(
        dataset: training, inputSize: detector.inputSize, batchSize: configuration.training.batchSize,
        augmentation: configuration.training.augmentation, seed: configuration.training.seed)
      let trainer = Trainer(
        detector: detector, batches: batches, configuration: configuration.training,
        folder: TrainingFolder(path: output), trainingDataHash: training.fingerprint,
        modelSettings: settings, runConfiguration: configuration, threadCount: KernelThreads.count,
        validate: held.map { held in { try Self.validate($0, on: held) } })
      try finish(trainer.run(resuming: resume))
    }
  }

  /// Says how a run ended, by an exit code too.
  func finish(_ outcome: TrainingOutcome) throws {
    let folder = TrainingFolder(path: output)
    switch outcome {
    case .completed(let best):
      if let best { print("best validation \(best.summary)") }
      print("The model is \(folder.lastModel)")
    case .timeLimitReached(let epochs, _, _):
      print("The time is over after \(epochs) epochs. The model is \(folder.lastModel); --resume continues.")
    case .interrupted:
      print("Interrupted; the same command with --resume continues from the checkpoint in \(output)")
      throw ExitStatus.interrupted
    }
  }

  /// Throws where the folder cannot be made, or a file of the run would replace one that is read.
  private func checkOutput() throws {
    try OutputFolder.check(output)
    let folder = TrainingFolder(path: output)
    // A run that is continued may be given its own configuration, which is written again as it was.
    let configuration = resume ? [] : [folder.configuration]
    try OutputList.checkDistinct(
      configuration + [folder.lastModel, folder.bestModel, folder.log, folder.checkpoint, folder.previousCheckpoint],
      from: [config, backbone, initial].compactMap(\.self))
  }

  /// What of the initial model was taken over.
  func show(_ outcome: InitialWeights.Outcome, of model: String) {
    print(
      "\(model): \(outcome.loaded.count) parameters loaded, \(outcome.new.count) new, "
        + "\(outcome.unused.count) unused")
    for (title, names) in [("loaded", outcome.loaded), ("new", outcome.new), ("unused", outcome.unused)] {
      for name in names { print("  \(title) \(name)") }
    }
  }

  private static func validate(_ detector: any Detector, on dataset: LabelledDataset) throws -> ValidationResult {
    let result = try DetectorEvaluator().evaluate(detector, on: dataset).result
    return ValidationResult(averagePrecision: result["AP"] ?? 0, averagePrecision50: result["AP50"] ?? 0)
  }
}
