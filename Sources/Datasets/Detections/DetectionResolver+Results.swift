import ParallelWork

extension DetectionResolver {
  /// A record that does not tell image and class by numbers alone.
  private struct NotByNumbers: Error {}

  /// A COCO results file, a list of detections or an object that holds one.
  mutating func readResults(_ path: String, key: String? = nil) throws -> DetectionSet {
    let start = self
    if dataset.hasOwnIDs, options.categoryIDs == nil, key == nil {
      // Most files have the ground truth's own ids, and are read in one go.
      do {
        try readNumbers(path)
        if !hasUnknown { return try finished(.cocoResults, isCornerSize: true) }
      } catch is NotByNumbers {}
      self = start
    }
    var images: Set<COCOResultsFile.ImageKey> = []
    var categories: Set<COCOResultsFile.CategoryKey> = []
    try COCOResultsFile.scanRecords(path, key: key) { record in
      images.insert(record.image)
      categories.insert(record.category)
    }
    let meaning = try ResultsMeaning(
      images: images, categories: categories, dataset: dataset, options: options, finder: finder, path: path)
    for line in meaning.readings { addReading(line) }
    var links: [COCOResultsFile.CategoryKey: Int] = [:]
    var index = 0
    let readsMasks = options.readsMasks
    try COCOResultsFile.scanRecords(path, key: key, readsMasks: readsMasks) { record in
      let category = record.category
      let link =
        links[category] ?? link(category.id?.description ?? category.name ?? "", to: meaning.classes[category] ?? nil)
      links[category] = link
      try add(
        image: meaning.images[record.image] ?? nil,
        imageName: record.image.id?.description ?? record.image.fileName ?? "", link: link, box: record.bbox,
        score: record.score, mask: (record.segmentation, record.hasBox), place: "\(key ?? "")[\(index)]: ")
      index += 1
    }
    return try finished(.cocoResults, isCornerSize: true)
  }

  /// Takes numbers for the dataset's own ids.
  private mutating func readNumbers(_ path: String) throws {
    // Most of the time goes into the text, so that two threads take half of it each.
    if try COCOResultsFile.isLarge(path), let halves = readHalves(path) {
      self = halves
      return
    }
    let (path, readsMasks) = (path, options.readsMasks)
    try read { body in
      try COCOResultsFile.scanRecords(path, key: nil, readsMasks: readsMasks, body: body)
      return true
    }
  }

  /// Nil where anything is wrong with the file: reading it from front to back then says where.
  private func readHalves(_ path: String) -> DetectionResolver? {
    let readsMasks = options.readsMasks
    var halves = [DetectionResolver?](repeating: self, count: 2)
    halves.withUnsafeMutableBufferPointer { buffer in
      // Each thread has its own place.
      nonisolated(unsafe) let halves = buffer
      ParallelLoop.run(2) { half in
        guard var resolver = halves[half] else { return }
        halves[half] = nil
        let isWhole = try? resolver.read {
          try COCOResultsFile.scan(path, half: half, readsMasks: readsMasks, body: $0)
        }
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
    scan: ((COCOResultsFile.Record) throws -> Void) throws -> Bool
  ) throws -> Bool {
    let places = Dictionary(dataset.images.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let indices = Dictionary(dataset.classes.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    guard !dataset.images.contains(where: { $0.textID != nil }), !dataset.classes.contains(where: { $0.textID != nil })
    else { throw NotByNumbers() }
    var links: [Int: Int] = [:]
    var index = 0
    return try scan { record in
      guard record.image.fileName == nil, record.category.name == nil, case .number(let imageID) = record.image.id,
        case .number(let id) = record.category.id
      else { throw NotByNumbers() }
      let link = links[id] ?? link("\(id)", to: indices[id])
      links[id] = link
      try add(
        image: places[imageID], imageName: "\(imageID)", link: link, box: record.bbox, score: record.score,
        mask: (record.segmentation, record.hasBox), place: "[\(index)]: ")
      index += 1
    }
  }
}
