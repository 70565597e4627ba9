/// Which images and classes of a dataset the ids of a COCO results file mean, decided from all of the file.
///
/// Where the ground truth is COCO's, ids are its ids. Elsewhere there are none: an image is known by `file_name`, or by an
/// id that is its file name without extension, as text or as number (Ultralytics writes 12 for `000012.jpg`); a class by
/// its name, or by its place in the list. An image is never the one in that place of the order.
struct ResultsMeaning {
  private(set) var images: [COCOResultsFile.ImageKey: Int?] = [:]
  private(set) var classes: [COCOResultsFile.CategoryKey: Int?] = [:]
  private(set) var readings: [String] = []
  private let dataset: LabelledDataset
  private let options: DetectionReadingOptions
  private let finder: ImageFinder
  private let path: String

  init(
    images imageKeys: Set<COCOResultsFile.ImageKey>, categories: Set<COCOResultsFile.CategoryKey>,
    dataset: LabelledDataset, options: DetectionReadingOptions, finder: ImageFinder, path: String
  ) throws {
    self.dataset = dataset
    self.options = options
    self.finder = finder
    self.path = path
    if dataset.hasOwnIDs {
      try decideImagesByID(imageKeys)
    } else {
      try decideImagesByName(imageKeys)
    }
    try decideClasses(categories)
  }

  // MARK: Images

  private mutating func decideImagesByID(_ keys: Set<COCOResultsFile.ImageKey>) throws {
    let places = dataset.placesByID
    images = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0.id.flatMap { places[$0] }) })
    let byName = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0.fileName.flatMap(finder.place)) })
    if images.values.allSatisfy({ $0 != nil }) {
      let named = keys.filter { byName[$0] ?? nil != nil }
      let contrary = named.filter { byName[$0] != images[$0] }.sorted { ($0.fileName ?? "") < ($1.fileName ?? "") }
      guard let first = contrary.first, let id = first.id, let place = images[first] ?? nil else { return }
      throw DatasetError(
        path: path,
        problem: "image_id and file_name are at odds for \(contrary.count) of \(named.count) images: "
          + "the ground truth's image \(id) is '\(dataset.images[place].fileName)', and file_name says '\(first.fileName ?? "")'; expected "
          + "the ids of the ground truth, or none that are its ids")
    }
    if byName.values.allSatisfy({ $0 != nil }) {
      images = byName
      readings.append("images found by file_name: the ids are not the ground truth's")
    } else if keys.allSatisfy({ $0.fileName == nil }) {
      let stems = Dictionary(uniqueKeysWithValues: keys.map { ($0, place(ofText: $0.id)) })
      guard stems.values.allSatisfy({ $0 != nil }) else { return }
      images = stems
      readings.append("images found by image_id as file name: the ids are not the ground truth's")
    }
  }

  private func place(ofText id: COCOResultsFile.Identifier?) -> Int? {
    guard case .text(let text) = id else { return nil }
    return finder.place(of: text)
  }

  private mutating func decideImagesByName(_ keys: Set<COCOResultsFile.ImageKey>) throws {
    let numbers = Dictionary(
      grouping: dataset.images.indices.filter { ResultsMeaning.number(in: dataset.images[$0]) != nil },
      by: { ResultsMeaning.number(in: dataset.images[$0]) ?? 0 })
    var (byFileName, byNumber, byText) = (0, 0, 0)
    for key in keys {
      switch (key.fileName, key.id) {
      case (let name?, _):
        images[key] = .some(finder.place(of: name))
        byFileName += 1
      case (nil, .text(let text)):
        images[key] = .some(finder.place(of: text))
        byText += 1
      case (nil, .number(let number)):
        let found = numbers[number] ?? []
        guard found.count < 2 else {
          throw DatasetError(
            path: path,
            problem: "image_id \(number) may be "
              + found.prefix(3).map { "'\(dataset.images[$0].path)'" }.joined(separator: " or ")
              + "; expected a key 'file_name' that tells which")
        }
        images[key] = .some(found.first)
        byNumber += 1
      case (nil, nil): images[key] = .some(nil)
      }
    }
    try refuseUnknownImages()
    var ways: [String] = []
    if byFileName > 0 { ways.append("\(byFileName) by file_name") }
    if byText > 0 { ways.append("\(byText) by image_id as file name") }
    if byNumber > 0 { ways.append("\(byNumber) by image_id as the number that is the file name") }
    if !ways.isEmpty { readings.append("images found: " + ways.joined(separator: ", ")) }
  }

  /// The number that a file name without extension is, as in `000012.jpg`.
  private static func number(in image: LabelledImage) -> Int? {
    let stem = FilePath.stem(of: image.fileName)
    return stem.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(stem) : nil
  }

  private func refuseUnknownImages() throws {
    let unknown = images.filter { $0.value == nil }.keys.map { key in
      key.fileName.map { "file_name '\(finder.description(of: $0))'" }
        ?? "image_id '\(key.id.map { finder.description(of: $0.description) } ?? "")'"
    }.sorted()
    guard !unknown.isEmpty else { return }
    let example = dataset.images.first.map(\.fileName) ?? "000012.jpg"
    throw DatasetError(
      path: path,
      problem: "\(unknown.count) of \(images.count) images are not found: "
        + unknown.prefix(5).joined(separator: ", ") + (unknown.count > 5 ? " and \(unknown.count - 5) more" : "")
        + "; the ground truth has no image ids, so expected an image_id that is a file name without extension, such as "
        + "'\(FilePath.stem(of: example))' for '\(example)', or a key 'file_name'")
  }

  // MARK: Classes

  private mutating func decideClasses(_ keys: Set<COCOResultsFile.CategoryKey>) throws {
    let names = Dictionary(dataset.classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    let byName = Dictionary(uniqueKeysWithValues: keys.map { ($0, $0.name.flatMap { names[$0] }) })
    if dataset.hasOwnIDs, options.categoryIDs == nil || options.categoryIDs == .own {
      let indices = dataset.classIndicesByID
      classes = Dictionary(
        uniqueKeysWithValues: keys.map { key in
          (key, key.id.flatMap { id in indices[id] ?? names[id.description] })
        })
      if classes.values.allSatisfy({ $0 != nil }) {
        try refuseContraryNames(byName)
      } else if byName.values.allSatisfy({ $0 != nil }) {
        classes = byName
        readings.append("classes found by name: the category ids are not the ground truth's")
      }
      return
    }
    if options.categoryIDs == nil, keys.allSatisfy({ $0.name != nil }) {
      classes = byName
      if !keys.isEmpty { readings.append("classes found by the name beside the category id") }
      return
    }
    var numbers: [COCOResultsFile.CategoryKey: Int] = [:]
    for key in keys {
      switch key.id {
      case .text(let text): classes[key] = .some(names[text])
      case .number(let number): numbers[key] = number
      case nil: classes[key] = byName[key] ?? nil
      }
    }
    guard !numbers.isEmpty else { return }
    let list = options.classes ?? dataset.classNames
    let numbering = try numbering(of: Set(numbers.values), count: list.count)
    for (key, number) in numbers {
      classes[key] = .some(numbering.index(of: number, count: list.count).flatMap { names[list[$0]] })
    }
  }

  private func refuseContraryNames(_ byName: [COCOResultsFile.CategoryKey: Int?]) throws {
    let contrary = byName.filter { $0.value != nil && classes[$0.key] != $0.value }.keys.sorted {
      ($0.name ?? "") < ($1.name ?? "")
    }
    guard let first = contrary.first, let index = classes[first] ?? nil else { return }
    throw DatasetError(
      path: path,
      problem: "category_id and name are at odds for \(contrary.count) classes: the ground truth's category "
        + "\(first.id?.description ?? "") is '\(dataset.classNames[index])', and the name is '\(first.name ?? "")'")
  }

  /// - Parameter count: Of the classes in the list.
  private mutating func numbering(of ids: Set<Int>, count: Int) throws -> CategoryNumbering {
    if let stated = options.categoryIDs {
      guard stated != .own else {
        throw DatasetError(
          path: path, problem: "the ground truth has no category ids; expected --category-ids from0, from1 or coco91")
      }
      return stated
    }
    guard options.classes != nil || dataset.definesIndices else {
      throw DatasetError(
        path: path,
        problem: "the category ids are no ids of the ground truth, which has none, nor places in its list of classes, "
          + "which its format has not; give the detections' own list with --classes, or a key 'category_name'")
    }
    let possible = [CategoryNumbering.fromZero, .fromOne, .coco91].filter { numbering in
      ids.allSatisfy { numbering.index(of: $0, count: count) != nil }
    }
    // A list that is given is one by the detections' own index.
    if options.classes != nil, possible.first == .fromZero { return .fromZero }
    guard let only = possible.first, possible.count == 1 else {
      let range = "\(ids.min() ?? 0) to \(ids.max() ?? 0)"
      throw DatasetError(
        path: path,
        problem: possible.isEmpty
          ? "the category ids \(range) fit no list of \(count) classes, and the ground truth has no category ids; "
            + "expected places in the list of classes (give the detections' own with --classes), or a key "
            + "'category_name'"
          : "the category ids \(range) may be \(possible.map(\.words).joined(separator: ", or ")), of \(count); state it "
            + "with --category-ids \(possible.map(\.rawValue).joined(separator: " or "))")
    }
    let evidence = ids.contains(0) ? "0 occurs" : "\(ids.max() ?? 0) occurs, and there are \(count) classes"
    readings.append("category ids read as \(only.words): \(evidence); --category-ids settles it")
    return only
  }
}

extension LabelledDataset {
  /// Whether its labels call classes by their place in a list, as YOLO's do, so that a detector's index is likely the
  /// same. Elsewhere the order of the classes is that of ids or names, and other programs have another.
  var definesIndices: Bool { classes.count < 2 || !hasOwnIDs && classes.map(\.id) == Array(classes.indices) }

  /// Whether its images have ids in the files, as COCO's alone do.
  var hasOwnIDs: Bool { images.contains { $0.hasOwnID || $0.textID != nil } }

  /// Places of the images by the ids in the files.
  var placesByID: [COCOResultsFile.Identifier: Int] {
    Dictionary(images.enumerated().map { ($0.element.textID.map { .text($0) } ?? .number($0.element.id), $0.offset) }) {
      first, _ in first
    }
  }

  /// Places of the classes by the ids in the files.
  var classIndicesByID: [COCOResultsFile.Identifier: Int] {
    Dictionary(
      classes.enumerated().map { ($0.element.textID.map { .text($0) } ?? .number($0.element.id), $0.offset) }
    ) { first, _ in first }
  }
}
