import DetectionUtilities

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

  /// A COCO file of annotations with scores. It numbers images and categories in its own way, so their names count.
  mutating func readAnnotations(_ path: String) throws -> DetectionSet {
    let file = try COCOGroundTruthFile.read(from: path, segmentations: options.readsMasks)
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
        mask: (annotation.segmentation, true), place: "annotations[\(index)]: ")
    }
    return try finished(.cocoAnnotations, isCornerSize: true)
  }
}
