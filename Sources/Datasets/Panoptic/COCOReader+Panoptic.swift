import DetectionUtilities
import ImageCodecs

extension COCOReader {
  /// The things of a panoptic file as objects, and where masks are asked for its stuff beside them.
  ///
  /// - Throws: ``DatasetError`` naming a picture that cannot be read, has another size than its image, or does not agree with its
  ///   list of segments. Pictures are read where masks are asked for, or a segment has no box.
  static func things(
    of file: PanopticFile, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let things = file.categories.filter { $0.isThing ?? true }.sorted { $0.id < $1.id }
    let classes = Dictionary(things.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let stuff = file.categories.filter { !($0.isThing ?? true) }.sorted { $0.id < $1.id }
    let stuffClasses = Dictionary(stuff.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    let known = Set(file.categories.map(\.id))
    let folder = try file.picturesFolder()
    var (images, places) = try images(file.images, listedIn: file.path, options: options, audit: &audit)
    for annotation in file.annotations {
      guard let place = places[annotation.imageID] else {
        audit.add(
          .labelsWithoutImage,
          at: DatasetPlace(file: file.path, detail: "no image \(annotation.imageID)"))
        continue
      }
      if let segment = annotation.segments.first(where: { !known.contains($0.categoryID) }) {
        throw DatasetError(
          path: file.path,
          problem: "the segment \(segment.id) of image \(annotation.imageID) is of the category \(segment.categoryID), "
            + "which the list of categories lacks")
      }
      let segments = annotation.segments.filter { classes[$0.categoryID] != nil }
      let needsPicture = options.readsMasks || segments.contains { $0.bbox == nil }
      let masks =
        try needsPicture
        ? SegmentMasks(pictureAt: FilePath.joined(folder, annotation.fileName), size: images[place].declaredSize) : nil
      for segment in segments {
        let mask = try masks?.mask(of: segment.id)
        let box = segment.bbox?.boundingBox ?? mask?.box ?? BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0)
        images[place].objects.append(
          DatasetSource.Object(
            annotationID: segment.id, box: box, classIndex: classes[segment.categoryID],
            area: segment.area.map(Double.init), isCrowd: segment.isCrowd, written: segment.bbox,
            mask: options.readsMasks ? mask.map { .segmentation(COCOSegmentation($0)) } : nil))
      }
      guard options.readsMasks, let masks else { continue }
      for segment in annotation.segments {
        guard let index = stuffClasses[segment.categoryID] else { continue }
        images[place].stuff.append(
          LabelledStuff(classIndex: index, segmentation: COCOSegmentation(try masks.mask(of: segment.id))))
      }
    }
    func listed(_ categories: [COCOGroundTruthFile.Category]) -> [ObjectClass] {
      categories.map { ObjectClass(id: $0.id, name: $0.name) }
    }
    return DatasetSource(
      classes: listed(things), stuffClasses: options.readsMasks ? listed(stuff) : [], images: images,
      boxForm: .cornerAndSize)
  }
}

/// The pixels of every segment of a picture.
private struct SegmentMasks {
  private let path: String
  private let size: ImageSize
  private let runs: [UInt32: [Range<Int>]]

  init(pictureAt path: String, size stated: ImageSize?) throws(DatasetError) {
    let picture = try LabelSource.segmentPicture(at: path)
    if let stated, stated != picture.size {
      throw DatasetError(path: path, problem: "is \(picture.size); expected \(stated), the size of its image")
    }
    self.path = path
    size = picture.size
    var runs: [UInt32: [Range<Int>]] = [:]
    for x in 0..<size.width {
      var y = 0
      while y < size.height {
        let (id, start) = (picture.ids[y * size.width + x], y)
        while y < size.height, picture.ids[y * size.width + x] == id { y += 1 }
        if id != 0 { runs[id, default: []].append(x * size.height + start..<x * size.height + y) }
      }
    }
    self.runs = runs
  }

  func mask(of id: Int) throws(DatasetError) -> RunLengthMask {
    guard let inside = runs[UInt32(truncatingIfNeeded: id)] else {
      throw DatasetError(path: path, problem: PanopticSegmentation.Mismatch.empty(id: id).description)
    }
    return RunLengthMask(width: size.width, height: size.height, inside: inside)
  }
}
