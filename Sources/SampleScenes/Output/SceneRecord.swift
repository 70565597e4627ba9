import Datasets

/// The labels of one scene in the form in which they are written.
struct SceneRecord: Codable, Sendable {
  struct Object: Codable, Sendable {
    var categoryID: Int
    var box: [Double]
    var area: Double
    /// One of the two.
    var polygons: [[Double]]?
    var runs: Runs?
    var attributes: [String: Double]
  }

  struct Runs: Codable, Sendable {
    var counts: String
    var height: Int
    var width: Int
  }

  var number: Int
  var objects: [Object]

  init(number: Int, labels: [SceneLabel], masks: SceneFolder.Masks) {
    self.number = number
    objects = labels.map { label in
      let polygons = masks == .polygon ? label.mask.polygons : nil
      return Object(
        categoryID: label.kind.id, box: [label.box.x1, label.box.y1, label.box.width, label.box.height],
        area: Double(label.mask.area), polygons: polygons,
        runs: polygons == nil
          ? Runs(counts: label.mask.compressedRuns, height: label.mask.height, width: label.mask.width) : nil,
        attributes: label.attributes)
    }
  }
}

extension SceneRecord.Object {
  func annotation(id: Int, imageID: Int) -> COCOGroundTruthFile.Annotation {
    var segmentation: COCOSegmentation?
    if let polygons { segmentation = .polygons(polygons) }
    if let runs { segmentation = .runs(counts: runs.counts, height: runs.height, width: runs.width) }
    return COCOGroundTruthFile.Annotation(
      id: id, imageID: imageID, categoryID: categoryID, bbox: box, area: area, segmentation: segmentation,
      attributes: attributes)
  }
}
