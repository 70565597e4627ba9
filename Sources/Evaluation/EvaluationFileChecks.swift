import Datasets
import DetectionUtilities

/// What is wrong or strange in a file of boxes, found while it is read.
struct EvaluationFileChecks {
  private enum Kind: Int, CaseIterable {
    case withoutImage, zeroID, withoutArea, reachingOut, oddScore

    var words: String {
      switch self {
      case .withoutImage: "annotations of an image that is not in the file (left out)"
      case .zeroID: "annotation id 0 (pycocotools counts what finds it as wrong; here it counts as right)"
      case .withoutArea: "boxes without area (kept; nothing can find them)"
      case .reachingOut: "boxes reaching out of their image (kept as written)"
      case .oddScore: "scores outside of 0 to 1 (kept)"
      }
    }
  }

  let path: String
  /// By image id; 0 where the file does not say.
  let sizes: [Int: (width: Double, height: Double)]
  private var annotationIDs: Set<Int> = []
  private var counts = [Int](repeating: 0, count: Kind.allCases.count)
  private var firstPlaces = [String](repeating: "", count: Kind.allCases.count)
  private var boxCount = 0
  /// Boxes that reach out of their image as they are written, but not if the last two numbers are taken for a corner.
  private var likeCorners = 0

  init(path: String, sizes: [Int: (width: Double, height: Double)]) {
    self.path = path
    self.sizes = sizes
  }

  /// The annotation's box; nil for one to be left out.
  mutating func box(of annotation: COCOGroundTruthFile.Annotation, index: Int) throws -> CornerSizeBox? {
    func failure(_ problem: String) -> DatasetError {
      DatasetError(path: path, problem: "annotations[\(index)] (id \(annotation.id)): \(problem)")
    }
    guard annotationIDs.insert(annotation.id).inserted else {
      throw failure("this id stands twice; expected it once")
    }
    guard annotation.bbox.count == 4 else {
      throw failure("bbox has \(annotation.bbox.count) numbers; expected [x, y, width, height]")
    }
    let box = CornerSizeBox(
      x: annotation.bbox[0], y: annotation.bbox[1], width: annotation.bbox[2], height: annotation.bbox[3])
    guard box.width >= 0, box.height >= 0 else {
      throw failure("bbox is \(annotation.bbox); expected [x, y, width, height] with a width and height from 0")
    }
    guard let size = sizes[annotation.imageID] else {
      note(.withoutImage, at: "annotation \(annotation.id)")
      return nil
    }
    if annotation.id == 0 { note(.zeroID, at: "annotations[\(index)]") }
    if box.area == 0 { note(.withoutArea, at: "annotation \(annotation.id)") }
    look(at: box, in: size, place: "annotation \(annotation.id)")
    return box
  }

  mutating func check(_ entry: COCOResultsFile.Entry, index: Int, groundTruth: String) throws {
    func failure(_ problem: String) -> DatasetError { DatasetError(path: path, problem: "[\(index)]: \(problem)") }
    guard let size = sizes[entry.imageID] else {
      throw failure("image_id \(entry.imageID) is not in \(groundTruth); expected detections of its images only")
    }
    let box = entry.bbox
    guard box.width >= 0, box.height >= 0 else {
      throw failure(
        "bbox is [\(box.x), \(box.y), \(box.width), \(box.height)]; expected [x, y, width, height] with a width and "
          + "height from 0")
    }
    if entry.score < 0 || entry.score > 1 { note(.oddScore, at: "[\(index)]") }
    look(at: box, in: size, place: "[\(index)]")
  }

  private mutating func look(
    at box: CornerSizeBox, in size: (width: Double, height: Double), place: @autoclosure () -> String
  ) {
    guard size.width > 0 else { return }
    boxCount += 1
    // Rounding and labels a little too wide do not count.
    let (right, bottom) = (size.width * 1.02 + 2, size.height * 1.02 + 2)
    guard box.x + box.width > right || box.y + box.height > bottom || box.x < -2 || box.y < -2 else { return }
    note(.reachingOut, at: place())
    if box.width > box.x, box.height > box.y, box.width <= right, box.height <= bottom { likeCorners += 1 }
  }

  private mutating func note(_ kind: Kind, at place: @autoclosure () -> String) {
    if counts[kind.rawValue] == 0 { firstPlaces[kind.rawValue] = place() }
    counts[kind.rawValue] += 1
  }

  /// A line for each kind.
  var warnings: [String] {
    var lines = Kind.allCases.filter { counts[$0.rawValue] > 0 }.map {
      "\(path): \(counts[$0.rawValue]) × \($0.words), first: \(firstPlaces[$0.rawValue])"
    }
    if likeCorners > 0, likeCorners * 2 > boxCount {
      lines.insert(
        "\(path): \(likeCorners) of \(boxCount) boxes reach out of their image as [x, y, width, height] but would fit as "
          + "[x1, y1, x2, y2]; COCO expects width and height", at: 0)
    }
    return lines
  }
}
