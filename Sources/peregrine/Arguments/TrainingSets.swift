import Datasets

/// The images that `train` learns from, and those that it validates on.
///
/// No file is in both, except where all are: then it is said that the figures mean little. Copies of validation images
/// among the training images are other files; they are reported.
struct TrainingSets {
  let training: LabelledDataset
  let validation: LabelledDataset?
  /// What there is to say about how they were told apart, for people.
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - data: A folder, or a `data.yaml`, of which `train` is learnt from and `val` validated on.
  ///   - validation: A folder or label file, a list of image names, or a fraction; nil for what `data` says.
  ///   - boxes: How text labels mean their boxes; nil where the whole set shall tell.
  ///   - imagesFolder: Where the images of a COCO file are, if not beside it.
  ///   - masks: Whether the pixels of objects are learnt too.
  init(
    data: String, validation: String?, boxes: TextBoxForm?, imagesFolder: String? = nil, masks: Bool = false,
    seed: UInt64
  ) throws {
    let options = DatasetReadingOptions(imagesFolder: imagesFolder, boxes: boxes, readsMasks: masks)
    let splits = try LabelledDataset.splits(at: data)
    let all = try LabelledDataset.read(at: data, options: options.reading(.training))
    guard validation != nil || splits.contains(.validation) else {
      (training, self.validation) = (all, nil)
      if !splits.isEmpty { notes.append("\(data) has no val: nothing is validated on") }
      return
    }
    let held: LabelledDataset
    var rest = all
    if let validation {
      if let fraction = Double(validation) {
        (rest, held) = all.split(fraction: fraction, seed: seed)
      } else {
        held = try Self.held(validation, data: data, from: all, options: options, hasSplits: !splits.isEmpty)
      }
    } else {
      held = try LabelledDataset.read(
        at: data, classes: all.classNames, options: options.reading(.only(.validation)))
    }
    (training, notes) = Self.apart(rest, from: held)
    self.validation = held
  }

  /// The validation images that a folder, a label file or a list of names holds.
  private static func held(
    _ validation: String, data: String, from all: LabelledDataset, options: DatasetReadingOptions, hasSplits: Bool
  ) throws -> LabelledDataset {
    try MissingInput.check(validation, "a folder with images and labels, a list of image names, or a fraction")
    guard validation.lowercased().hasSuffix(".txt") else {
      return try LabelledDataset.read(
        at: validation, classes: all.classNames, options: options.reading(.evaluation))
    }
    // A list may name images of any split.
    let whole =
      hasSplits
      ? try LabelledDataset.read(
        at: data, classes: all.classNames, options: options) : all
    let held = try whole.filtered(byList: validation)
    if !hasSplits, held.images.count == all.images.count {
      throw DatasetError(path: validation, problem: "names every image of \(data), which leaves none to train on")
    }
    return held
  }

  /// The training images whose files are not among the validation images, and what there is to say about the others.
  private static func apart(
    _ training: LabelledDataset, from held: LabelledDataset
  ) -> (LabelledDataset, notes: [String]) {
    var bar: ProgressLine?
    let shared = training.images(sharedWith: held) { done, total in
      if bar == nil { bar = ProgressLine("compare training with validation", total: total) }
      bar?.update(done)
    }
    let (files, copies) = (shared.filter(\.isSameFile), shared.filter { !$0.isSameFile })
    func sentence(_ images: [LabelledDataset.SharedImage], _ what: String) -> String {
      let examples =
        images.prefix(3).map { image in
          let path = training.images[image.index].path
          return path == image.other ? path : "\(path) is like \(image.other)"
        }.joined(separator: ", ") + (images.count > 3 ? ", …" : "")
      return "\(images.count) of the \(training.images.count) training images \(what): \(examples)"
    }
    var notes: [String] = []
    if !copies.isEmpty {
      notes.append(
        sentence(copies, "have the same content as a validation image, which makes the validation figures too good"))
    }
    guard !files.isEmpty else { return (training, notes) }
    guard files.count < training.images.count else {
      notes.append(
        "all training images are validation images too: the validation figures say how well they are remembered, and "
          + "nothing about other images")
      return (training, notes)
    }
    notes.append(sentence(files, "are validation images too, and were taken out of training"))
    return (training.without(files), notes)
  }
}
