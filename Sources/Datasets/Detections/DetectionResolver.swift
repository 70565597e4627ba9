import DetectionUtilities

/// Collects detections and holds them to a dataset: every one has an image, a class, a box and a score that can be.
struct DetectionResolver {
  let dataset: LabelledDataset
  let options: DetectionReadingOptions
  let path: String
  let finder: ImageFinder
  let indicesByName: [String: Int]
  private var detections: [EvaluationDetection] = []
  /// Where masks are asked for, one a detection.
  private var segmentations: [COCOSegmentation] = []
  /// Detections with a mask and a box of their own.
  private var boxesBesideMasks = 0
  private var imagePlaces: [Int] = []
  private var links: [Link] = []
  private var linkPlaces: [String: Int] = [:]
  private var unknownImages: [String: Int] = [:]
  private var unknownClasses: [UnknownPlace: Int] = [:]

  /// An image, and the class as the files call it.
  private struct UnknownPlace: Hashable {
    var imageID: Int
    var source: String
  }
  private var readings: [String] = []

  /// A class as the files call it; its index is nil where the dataset has no such class.
  private struct Link {
    var source: String
    var classIndex: Int?
    var count = 0
  }

  init(dataset: LabelledDataset, options: DetectionReadingOptions, path: String) {
    self.dataset = dataset
    self.options = options
    self.path = path
    finder = ImageFinder(dataset.images)
    indicesByName = Dictionary(dataset.classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }

  /// The class that a name means, or an index into the detector's own list, or else into the dataset's where it has one.
  func classIndex(of text: String) -> Int? {
    if let index = indicesByName[text] { return index }
    guard let index = text.classIndex else { return nil }
    guard let classes = options.classes else {
      return dataset.definesIndices && dataset.classes.indices.contains(index) ? index : nil
    }
    return classes.indices.contains(index) ? indicesByName[classes[index]] : nil
  }

  /// Notes how something that could be meant in several ways was read, and on what evidence.
  mutating func addReading(_ evidence: String) { readings.append(evidence) }

  /// The number under which ``add(image:imageName:link:box:score:mask:path:line:place:)`` knows a class of the files.
  mutating func link(_ source: String, to classIndex: Int?) -> Int {
    if let place = linkPlaces[source] { return place }
    linkPlaces[source] = links.count
    links.append(Link(source: source, classIndex: classIndex))
    return links.count - 1
  }

  /// Takes one detection in.
  ///
  /// - Parameters:
  ///   - image: Its place in the dataset; nil where there is no such image, which `imageName` then is reported for.
  ///   - link: Its class, from ``link(_:to:)``.
  ///   - mask: What the file says of its pixels, and whether it has a box of its own beside.
  ///   - file: The file that an error names; where nil, the path that was read.
  ///   - place: What an error says before the problem, such as `[17]: `.
  mutating func add(
    image: Int?, imageName: @autoclosure () -> String, link: Int, box: CornerSizeBox, score: Double,
    mask: (segmentation: COCOSegmentation?, isBesideBox: Bool) = (nil, true), path file: String? = nil,
    line: Int? = nil, place: @autoclosure () -> String = ""
  ) throws {
    func failure(_ problem: String) -> DatasetError {
      DatasetError(path: file ?? path, line: line, problem: place() + problem)
    }
    guard box.x.isFinite, box.y.isFinite, box.width.isFinite, box.height.isFinite, score.isFinite else {
      throw failure("a number that is not finite; expected a box and a score")
    }
    guard box.width >= 0, box.height >= 0 else {
      throw failure("a box of \(box.width)×\(box.height); expected a width and height of at least 0")
    }
    guard options.acceptsAnyScore || (0...1).contains(score) else {
      throw failure(
        "the score is \(score); expected a number from 0 to 1. With --accept-any-score logits, percentages and negative "
          + "scores count by their order")
    }
    links[link].count += 1
    guard let image else {
      unknownImages[imageName(), default: 0] += 1
      return
    }
    guard let classIndex = links[link].classIndex else {
      unknownClasses[UnknownPlace(imageID: dataset.images[image].id, source: links[link].source), default: 0] += 1
      return
    }
    var detection = EvaluationDetection(
      imageID: dataset.images[image].id, classIndex: classIndex, box: box, score: score)
    if options.readsMasks || !mask.isBesideBox {
      do throws(MaskError) {
        guard let segmentation = mask.segmentation else { throw .missing }
        detection.area = try area(of: segmentation, in: dataset.images[image], box: mask.isBesideBox ? box : nil)
        if options.readsMasks { segmentations.append(segmentation) }
      } catch {
        throw failure("has \(error)")
      }
    }
    imagePlaces.append(image)
    detections.append(detection)
  }

  /// The area that pycocotools takes for a detection with a mask: of the mask, or of the box where it has one.
  private mutating func area(
    of segmentation: COCOSegmentation, in image: LabelledImage, box: CornerSizeBox?
  ) throws(MaskError) -> Double {
    let size = image.isSizeKnown ? (image.size.width, image.size.height) : segmentation.statedSize
    guard let size else { throw .unknownSize }
    let mask = try segmentation.mask(width: size.0, height: size.1)
    guard let box else { return Double(mask.area) }
    boxesBesideMasks += 1
    return box.area
  }

  /// Takes in what another one collected for the same dataset, behind its own.
  mutating func append(_ other: DetectionResolver) {
    detections.append(contentsOf: other.detections)
    segmentations.append(contentsOf: other.segmentations)
    boxesBesideMasks += other.boxesBesideMasks
    imagePlaces.append(contentsOf: other.imagePlaces)
    for link in other.links { links[self.link(link.source, to: link.classIndex)].count += link.count }
    unknownImages.merge(other.unknownImages, uniquingKeysWith: +)
    unknownClasses.merge(other.unknownClasses, uniquingKeysWith: +)
  }

  /// Whether images or classes were met that the dataset does not have.
  var hasUnknown: Bool { !unknownImages.isEmpty || links.contains { $0.count > 0 && $0.classIndex == nil } }

  /// - Parameter isCornerSize: Whether the files give corner and size, so that they may have been meant as two corners.
  /// - Throws: ``DatasetError`` that lists the images or classes that the dataset does not have.
  func finished(_ source: DetectionSet.Source, isCornerSize: Bool) throws -> DetectionSet {
    if !unknownImages.isEmpty {
      let names = unknownImages.keys.sorted()
      let listed = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      let more = names.count > 5 ? " and \(names.count - 5) more" : ""
      let example = dataset.images.first.map { image in
        ", such as '\(source == .cocoResults ? image.textID ?? "\(image.id)" : image.fileName)'"
      }
      throw DatasetError(
        path: path,
        problem: "detections of \(names.count) images that the dataset does not have: \(listed)\(more); "
          + "expected the dataset's \(dataset.images.count) images"
          + (example ?? ""))
    }
    let met = links.filter { $0.count > 0 }
    var readings = readings
    if options.classes == nil, source != .cocoResults,
      met.contains(where: { $0.classIndex != nil && indicesByName[$0.source] == nil })
    {
      readings.append("class numbers read as places in the ground truth's list of classes; --classes settles it")
    }
    if options.readsMasks, boxesBesideMasks > 0 {
      readings.append(
        "detections have boxes beside their masks: as in pycocotools, those that find nothing are small, medium or large by "
          + "their box; without bbox they are by their mask")
    }
    if !options.acceptsUnknownClasses, met.contains(where: { $0.classIndex == nil }) {
      throw refusal(of: met, source: source)
    }
    return DetectionSet(
      detections: detections, segmentations: segmentations, source: source,
      classLinks: met.compactMap { link in
        link.classIndex.map {
          DetectionSet.ClassLink(
            source: link.source, classIndex: $0, name: dataset.classes[$0].name, count: link.count)
        }
      }.sorted { ($0.classIndex, $0.source) < ($1.classIndex, $1.source) },
      findings: findings(isCornerSize: isCornerSize), readings: readings,
      imagesWithoutDetections: imagesWithoutDetections,
      unknownClasses: UnknownClassDetections.sorted(
        unknownClasses.map {
          UnknownClassDetections(imageID: $0.imageID, className: $0.source, count: $1)
        }))
  }

  private var imagesWithoutDetections: Int {
    var isEmpty = [Bool](repeating: true, count: dataset.images.count)
    for place in imagePlaces { isEmpty[place] = false }
    return isEmpty.count { $0 }
  }

  private func naturally(_ left: String, _ right: String) -> Bool {
    if let left = Int(left), let right = Int(right) { return left < right }
    return left < right
  }

  private func refusal(of links: [Link], source: DetectionSet.Source) -> DatasetError {
    let links = links.sorted { naturally($0.source, $1.source) }
    let unknown = links.filter { $0.classIndex == nil }.map(\.source)
    let mapping = links.map { "\($0.source) → " + ($0.classIndex.map { dataset.classes[$0].name } ?? "?") }
    var problem =
      "detections of \(unknown.count) classes that the dataset does not have: "
      + unknown.map { "'\($0)'" }.joined(separator: ", ") + "; the mapping: " + mapping.joined(separator: ", ")
    let ids = dataset.classes.map(\.id)
    if source == .cocoResults, let first = ids.min(), let last = ids.max() {
      problem += "; expected one of the \(ids.count) category ids from \(first) to \(last)"
      if ids.haveGaps, unknown.contains(where: { (Int($0) ?? -1) <= last }) {
        problem += ". These have gaps, and class indices are not ids"
      }
    } else {
      problem += "; expected one of " + dataset.classNames.joined(separator: ", ")
      if options.classes == nil, !dataset.definesIndices, unknown.contains(where: { $0.classIndex != nil }) {
        problem +=
          ". A number is a place in a list of classes, and the ground truth's labels know none: "
          + "give the detections' own list with --classes"
      }
    }
    let similar = unknown.compactMap { name in
      ClassNameLikeness.similar(to: name, among: dataset.classNames).map { "'\(name)' is perhaps '\($0)'" }
    }
    if !similar.isEmpty { problem += "; " + similar.joined(separator: ", ") }
    problem += ". With --accept-unknown-classes they are left out and counted"
    return DatasetError(path: path, problem: problem)
  }

  private func findings(isCornerSize: Bool) -> [DetectionFinding: Int] {
    var counts: [DetectionFinding: Int] = [:]
    var fitAsCorners = 0
    var sized = 0
    for (detection, place) in zip(detections, imagePlaces) {
      let image = dataset.images[place]
      let box = detection.box
      if box.area == 0 { counts[.zeroAreaBox, default: 0] += 1 }
      guard image.isSizeKnown else { continue }
      sized += 1
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      let tolerance = BoxSanitizer.tolerance
      let reachesOut =
        box.x < -tolerance || box.y < -tolerance || box.x + box.width > width + tolerance
        || box.y + box.height > height + tolerance
      if box.x >= width || box.y >= height || box.x + box.width <= 0 || box.y + box.height <= 0 {
        counts[.boxOutsideImage, default: 0] += 1
      } else if reachesOut {
        counts[.boxReachingOut, default: 0] += 1
      }
      if reachesOut, box.x >= 0, box.y >= 0, box.width > box.x, box.height > box.y, box.width <= width + 1,
        box.height <= height + 1
      {
        fitAsCorners += 1
      }
    }
    if isCornerSize, 2 * fitAsCorners > sized { counts[.cornersForSizes] = fitAsCorners }
    return counts
  }
}
