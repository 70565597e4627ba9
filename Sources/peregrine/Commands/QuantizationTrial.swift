import ArgumentParser
import Datasets
import Evaluation
import ModelZoo
import Models
import NetworkPlans

/// The images on which a model is brought into integers, and what is measured of it on the others.
struct QuantizationTrial {
  struct Figure {
    var name: String
    /// Nil where there is nothing to measure.
    var value: Double?
  }

  /// What the first figure is called, of which little may be lost.
  var figure: String
  /// Paths of the images that calibrate.
  var calibration: [String]
  /// Of the images that measure.
  var imageCount: Int
  /// The figures of the model by a recipe, in f32 by none. The last parameter is for the progress bar.
  var measure: (ModelQuantizer, QuantizationRecipe?, String) throws -> [Figure]

  /// The figure that counts; 0 where there is nothing to measure.
  static func first(_ figures: [Figure]) -> Double { figures.first?.value ?? 0 }

  /// Which of some images calibrate, spread evenly: at most half.
  ///
  /// - Throws: `DatasetError` for less than two images, of which `path` names the set.
  static func calibrating(_ wanted: Int, of count: Int, path: String) throws -> Set<Int> {
    guard count >= 2 else {
      throw DatasetError(
        path: path, problem: "\(count) images; expected at least 2, one to calibrate and one to measure on")
    }
    let chosen = min(wanted, count / 2)
    return Set((0..<chosen).map { $0 * count / chosen })
  }
}

extension QuantizeCommand {
  /// AP on labelled objects.
  func detectorTrial() throws -> QuantizationTrial {
    let dataset = try LabelledDataset.read(
      at: data, options: DatasetReadingOptions(splits: split.map { .only($0) } ?? .evaluation))
    print(dataset.audit.summary)
    let chosen = try QuantizationTrial.calibrating(images, of: dataset.images.count, path: data)
    let rest = dataset.subset(dataset.images.indices.filter { !chosen.contains($0) })
    guard rest.objectCount > 0 else {
      throw DatasetError(path: data, problem: "no object is left to measure AP on; expected labelled images")
    }
    return QuantizationTrial(
      figure: "AP", calibration: chosen.sorted().map { dataset.images[$0].path }, imageCount: rest.images.count
    ) { quantizer, recipe, title in
      let detector = try recipe.map(quantizer.detector) ?? quantizer.floatDetector()
      let bar = ProgressLine(title, total: rest.images.count)
      let result = try DetectorEvaluator().evaluate(detector, on: rest) { done, _ in bar.update(done) }.result
      return result.metrics.map { QuantizationTrial.Figure(name: $0.name, value: $0.value) }
        + result.classes.map { QuantizationTrial.Figure(name: "AP of \($0.name)", value: $0.averagePrecision) }
    }
  }

  /// Mean IoU on images with a class for every pixel.
  func segmenterTrial() throws -> QuantizationTrial {
    if split != nil { throw ValidationError("--split is for labelled objects; \(model) is a segmenter") }
    let file = try LoadedModel(contentsOf: model).file
    let set = try SegmentedSet.read(at: data, classes: file.classes.map(\.name), ids: file.classes.map(\.id))
    print(set.summary)
    let chosen = try QuantizationTrial.calibrating(images, of: set.images.count, path: data)
    let rest = set.subset(set.images.indices.filter { !chosen.contains($0) })
    return QuantizationTrial(
      figure: "mean IoU", calibration: chosen.sorted().map { set.images[$0].path }, imageCount: rest.images.count
    ) { quantizer, recipe, title in
      let segmenter = try recipe.map(quantizer.segmenter) ?? quantizer.floatSegmenter()
      let bar = ProgressLine(title, total: rest.images.count)
      let evaluation = try SegmenterEvaluator().evaluate(segmenter, on: rest) { bar.update($0) }
      if let failure = evaluation.failures.first { throw DatasetError(path: data, problem: failure) }
      let result = evaluation.result
      return [
        QuantizationTrial.Figure(name: "mean IoU", value: result.meanIoU),
        QuantizationTrial.Figure(name: "class accuracy", value: result.classAccuracy),
        QuantizationTrial.Figure(name: "pixel accuracy", value: result.pixelAccuracy),
      ] + result.classes.map { QuantizationTrial.Figure(name: "IoU of \($0.name)", value: $0.iou) }
    }
  }
}
