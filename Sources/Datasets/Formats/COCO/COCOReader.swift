import DetectionUtilities
import ImageCodecs
import JSONScanning

/// Reads COCO label files (Lin et al., "Microsoft COCO", 2014; the format page of cocodataset.org).
enum COCOReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let file = try jsonFile(at: path)
    if try PanopticFile.isOne(file) { return try things(of: PanopticFile(file), options: options, audit: &audit) }
    var reader = COCORecordReader(path: file, needsImages: options.requiresImages)
    reader.reportsNames = audit.isThorough
    reader.readsSegmentations = options.readsMasks
    let ground = audit.isThorough ? try reader.tolerantFile() : try reader.file()
    for problem in reader.problems { audit.add(.malformedLabel, at: DatasetPlace(problem)) }
    for remark in reader.remarks {
      switch remark.kind {
      case .boxOfSegmentation: audit.add(.polygonLabel, at: remark.place)
      case .unlabelledSet: audit.add(.unlabelledSet, at: remark.place)
      case .leftOut(let kind): audit.leaveOut(kind, at: remark.place)
      }
    }
    var classes: [ObjectClass] = []
    var classIndices: [Int: Int] = [:]
    for category in ground.categories.sorted(by: { $0.id < $1.id }) {
      let id = category.textID.map { "'\($0)'" } ?? "\(category.id)"
      let isNew: Void? = try audit.tolerating { _ in
        guard classIndices[category.id] == nil else {
          throw DatasetError(path: file, problem: "categories: the id \(id) stands twice; expected it once")
        }
      }
      if isNew == nil { continue }
      classIndices[category.id] = classes.count
      classes.append(ObjectClass(id: category.id, name: category.name))
      classes[classes.count - 1].textID = category.textID
    }
    var (images, places) = try images(ground.images, listedIn: file, options: options, audit: &audit)
    let imageTexts = reader.imageTexts.textsByNumber
    for annotation in ground.annotations {
      guard let place = places[annotation.imageID] else {
        if reader.imagesLeftOut.contains(annotation.imageID) { continue }
        let id = imageTexts[annotation.imageID].map { "'\($0)'" } ?? "\(annotation.imageID)"
        audit.add(
          .labelsWithoutImage,
          at: DatasetPlace(file: file, annotationID: annotation.id, detail: "no image \(id)"))
        continue
      }
      let bbox = annotation.bbox
      let box = CornerSizeBox(x: bbox[0], y: bbox[1], width: bbox[2], height: bbox[3])
      if let degrees = annotation.attributes?["rotation"], degrees.remainder(dividingBy: 360) != 0 {
        audit.add(
          .unturnedBox,
          at: DatasetPlace(
            file: file, annotationID: annotation.id, image: images[place].path,
            detail: "rotation \(degrees.shortestText)"))
      }
      images[place].objects.append(
        DatasetSource.Object(
          annotationID: annotation.id, box: box.boundingBox, classIndex: classIndices[annotation.categoryID],
          area: annotation.isAreaStated || annotation.segmentation == nil ? annotation.area : nil,
          isCrowd: annotation.isCrowd != 0, attributes: annotation.attributes ?? [:], written: box,
          mask: annotation.segmentation.map { .segmentation($0) }))
    }
    return DatasetSource(classes: classes, images: images, boxForm: .cornerAndSize)
  }

  /// The images that the file lists, and their places in the list by id.
  static func images(
    _ listed: [COCOGroundTruthFile.Image], listedIn file: String, options: DatasetReadingOptions,
    audit: inout DatasetAudit
  ) throws -> ([DatasetSource.Image], places: [Int: Int]) {
    let paths = try imagePaths(of: listed.map(\.fileName), listedIn: file, options: options, audit: &audit)
    var places: [Int: Int] = [:]
    var images: [DatasetSource.Image] = []
    for image in listed {
      let imagePath = paths[image.fileName] ?? image.fileName
      guard places[image.id] == nil else {
        let problem = "images: the id \(image.textID.map { "'\($0)'" } ?? "\(image.id)") stands twice; expected it once"
        guard audit.isThorough else { throw DatasetError(path: file, problem: problem) }
        audit.add(
          .repeatedImageID,
          at: DatasetPlace(file: file, image: imagePath, detail: problem))
        continue
      }
      let isSizeStated = image.width > 0 && image.height > 0
      places[image.id] = images.count
      images.append(
        DatasetSource.Image(
          id: image.id, textID: image.textID, path: imagePath, labelPath: file,
          declaredSize: isSizeStated ? ImageSize(width: image.width, height: image.height) : nil, objects: []))
    }
    return (images, places)
  }

  static func jsonFiles(in folder: String) throws -> [String] {
    // What the audit writes beside a cleaned copy.
    let beside = try FilePath.files(in: folder, extensions: ["json"]).filter { $0 != CleanedDataset.changesFileName }
    // Where there are several, or none is COCO's, files of other kinds lie about: reports, notes of labelling programs.
    let labels = beside.map { FilePath.joined(folder, $0) }.filter(mayHoldLabels)
    if !labels.isEmpty { return labels }
    guard let annotations = FilePath.folder(named: ["annotations"], in: folder) else { return [] }
    return try FilePath.files(in: annotations, extensions: ["json"]).map { FilePath.joined(annotations, $0) }
  }

  /// False for a file that is JSON to its end, or to a list, and has no lists of images, annotations or shapes: a report
  /// states their number under the same keys.
  static func mayHoldLabels(_ path: String) -> Bool {
    do {
      var scanner = try JSONFileScanner(path: path)
      if scanner.peek() == UInt8(ascii: "[") { return false }
      var level = try scanner.beginObject()
      while let key = try scanner.nextKey(&level) {
        if key == "imagePath" || key == "imageData" { return true }
        if key == "images" || key == "annotations" || key == "shapes", !isNumber(scanner.peek()) {
          return try !isEvaluationShare(scanner)
        }
        try scanner.skipValue()
      }
      return false
    } catch {
      // What is wrong in it is said when it is read.
      return true
    }
  }

  private static func isNumber(_ first: UInt8) -> Bool {
    first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
  }

  /// Whether the list that follows is that of a share of an evaluation, whose records hold an image each.
  private static func isEvaluationShare(_ scanner: JSONFileScanner) throws -> Bool {
    var scanner = scanner
    guard scanner.peek() == UInt8(ascii: "[") else { return false }
    var list = try scanner.beginList()
    guard try scanner.hasNext(&list), scanner.peek() == UInt8(ascii: "{") else { return false }
    var record = try scanner.beginObject()
    while let key = try scanner.nextKey(&record) {
      if key == "image", scanner.peek() == UInt8(ascii: "{") { return true }
      try scanner.skipValue()
    }
    return false
  }

  private static func jsonFile(at path: String) throws -> String {
    guard FilePath.isFolder(path) else { return path }
    let files = try jsonFiles(in: path)
    guard files.count == 1 else {
      let found = files.isEmpty ? "none" : files.map(FilePath.lastComponent).joined(separator: ", ")
      throw DatasetError(path: path, problem: "expected one COCO .json file here, found \(found); give the file itself")
    }
    return files[0]
  }
}
