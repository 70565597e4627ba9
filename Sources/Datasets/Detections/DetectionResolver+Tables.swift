import DetectionUtilities
import Dispatch

extension DetectionResolver {
  /// Our own CSV, `image,label,score,x1,y1,x2,y2` a line, corners in pixels.
  mutating func readCSV(_ path: String) throws -> DetectionSet {
    let table = try CSVTable(path: path, requiring: ["image", "label", "score", "x1", "y1", "x2", "y2"])
    var places: [String: Int?] = [:]
    var links: [String: Int] = [:]
    for row in table.rows {
      guard let image = row.text("image") else { throw row.failure("has no 'image'; expected a file name") }
      guard let label = row.text("label") else { throw row.failure("has no 'label'; expected a class") }
      let corners = BoundingBox(
        x1: try row.number("x1"), y1: try row.number("y1"), x2: try row.number("x2"), y2: try row.number("y2"))
      let place = places[image] ?? finder.place(of: image)
      places[image] = .some(place)
      let link = links[label] ?? link(label, to: classIndex(of: label))
      links[label] = link
      try add(
        image: place, imageName: image, link: link, box: CornerSizeBox(corners), score: try row.number("score"),
        line: row.line)
    }
    return try finished(.csv, isCornerSize: false)
  }

  /// A COCO results file: images and classes by the dataset's own ids.
  mutating func readResults(_ path: String) throws -> DetectionSet {
    // Most of the time goes into the text, so that two threads take half of it each.
    if try COCOResultsFile.isLarge(path), let halves = readHalves(path) {
      self = halves
      return try finished(.cocoResults, isCornerSize: true)
    }
    try read(path) { body in
      try COCOResultsFile.scan(path, body: body)
      return true
    }
    return try finished(.cocoResults, isCornerSize: true)
  }

  /// Nil where anything is wrong with the file: reading it from front to back then says where.
  private func readHalves(_ path: String) -> DetectionResolver? {
    var halves = [DetectionResolver?](repeating: self, count: 2)
    halves.withUnsafeMutableBufferPointer { buffer in
      // Each thread has its own place.
      nonisolated(unsafe) let halves = buffer
      DispatchQueue.concurrentPerform(iterations: 2) { half in
        guard var resolver = halves[half] else { return }
        halves[half] = nil
        let isWhole = try? resolver.read(path) { try COCOResultsFile.scan(path, half: half, body: $0) }
        if isWhole == true { halves[half] = resolver }
      }
    }
    guard var first = halves[0], let second = halves[1] else { return nil }
    halves = []
    first.append(second)
    return first
  }

  @discardableResult
  private mutating func read(
    _ path: String, scan: ((COCOResultsFile.Entry) throws -> Void) throws -> Bool
  ) throws -> Bool {
    let places = Dictionary(dataset.images.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let indices = Dictionary(dataset.classes.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    var links: [Int: Int] = [:]
    var index = 0
    return try scan { entry in
      let id = entry.categoryID
      let link = links[id] ?? link("\(id)", to: indices[id])
      links[id] = link
      try add(
        image: places[entry.imageID], imageName: "\(entry.imageID)", link: link, box: entry.bbox, score: entry.score,
        place: "[\(index)]: ")
      index += 1
    }
  }

  /// A COCO file of annotations with scores. It numbers images and categories in its own way, so their names count.
  mutating func readAnnotations(_ path: String) throws -> DetectionSet {
    let file = try COCOGroundTruthFile.read(from: path)
    func unique<Value>(_ pairs: [(Int, Value)], _ key: String) throws -> [Int: Value] {
      try Dictionary(pairs) { _, _ in
        throw DatasetError(path: path, problem: "\(key): an id stands twice; expected it once")
      }
    }
    let imageNames = try unique(file.images.map { ($0.id, $0.fileName) }, "images")
    let classNames = try unique(file.categories.map { ($0.id, $0.name) }, "categories")
    let places = imageNames.mapValues { finder.place(of: $0) }
    var links: [Int: Int] = [:]
    for (id, name) in classNames { links[id] = link(name, to: dataset.classNames.firstIndex(of: name)) }
    for (index, annotation) in file.annotations.enumerated() {
      guard let score = annotation.score else {
        throw DatasetError(path: path, problem: "annotations[\(index)] has no key 'score'; expected detections")
      }
      let bbox = annotation.bbox
      guard bbox.count == 4 else {
        throw DatasetError(
          path: path, problem: "annotations[\(index)].bbox has \(bbox.count) numbers; expected [x, y, width, height]")
      }
      guard let imageName = imageNames[annotation.imageID], let link = links[annotation.categoryID] else {
        throw DatasetError(
          path: path,
          problem: "annotations[\(index)]: image \(annotation.imageID) or category \(annotation.categoryID) is not "
            + "among the file's own; expected ids of its images and categories")
      }
      try add(
        image: places[annotation.imageID] ?? nil, imageName: imageName, link: link,
        box: CornerSizeBox(x: bbox[0], y: bbox[1], width: bbox[2], height: bbox[3]), score: score,
        place: "annotations[\(index)]: ")
    }
    return try finished(.cocoAnnotations, isCornerSize: true)
  }
}
