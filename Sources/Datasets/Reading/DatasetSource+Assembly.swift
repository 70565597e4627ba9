import DetectionUtilities
import ImageCodecs

extension DatasetSource {
  /// The dataset: images in order of file name, classes mapped, bad labels dealt with and counted.
  ///
  /// - Parameter inspect: Told the place of every object that is kept, in order, with the index of its image.
  func assembled(
    path: String, classes fixedNames: [String]?, options: DatasetReadingOptions, audit: DatasetAudit,
    inspect: ((_ imageIndex: Int, _ place: DatasetPlace) -> Void)? = nil
  ) throws -> LabelledDataset {
    var audit = audit
    let mapping = try ClassMapping(source: self, fixedNames: fixedNames, path: path, audit: &audit)
    var result: [LabelledImage] = []
    var seen = SeenImages()
    var assembly = ObjectAssembly(
      mapping: mapping, options: options, census: BoxFormCensus(written: boxForm))
    let ordered = images.map { (name: FilePath.lastComponent(of: $0.path), image: $0) }
      .sorted { ($0.name, $0.image.path) < ($1.name, $1.image.path) }
    for (_, image) in ordered {
      if let earlier = seen.insert(image) {
        audit.add(earlier.finding, at: earlier.place)
        continue
      }
      guard let (size, isSizeKnown) = try inspectedSize(of: image, options: options, audit: &audit) else { continue }
      if image.labelPath == nil { audit.add(.imageWithoutLabels, at: image.path) }
      let objects = assembly.objects(of: image, size: size, isSizeKnown: isSizeKnown, audit: &audit) { object in
        inspect?(result.count, image.place(of: object))
      }
      if objects.isEmpty { audit.add(.imageWithoutObjects, at: image.path) }
      var labelled = LabelledImage(
        id: image.id ?? result.count + 1, path: image.path, size: size, isSizeKnown: isSizeKnown, objects: objects)
      labelled.textID = image.textID
      labelled.hasOwnID = image.id != nil
      labelled.split = image.split
      labelled.stuff = image.stuff
      result.append(labelled)
    }
    if let suspicion = assembly.census.suspicion {
      audit.add(.suspectedBoxForm, at: DatasetPlace(file: path, detail: suspicion))
    }
    guard !result.isEmpty || audit.isThorough || images.isEmpty && audit[.labelsWithoutImage] == 0 else {
      throw DatasetError(
        path: path,
        problem: "none of its labels belongs to an image that can be read; give the folder of the images. Found:\n"
          + audit.summary)
    }
    return LabelledDataset(classes: mapping.classes, stuffClasses: stuffClasses, images: result, audit: audit)
  }

  /// What runs through the objects of all images.
  private struct ObjectAssembly {
    let mapping: ClassMapping
    let options: DatasetReadingOptions
    var census: BoxFormCensus
    var seenIDs: Set<Int> = []
    var nextAnnotationID = 1

    init(mapping: ClassMapping, options: DatasetReadingOptions, census: BoxFormCensus) {
      self.mapping = mapping
      self.options = options
      self.census = census
    }

    /// The objects of an image that are kept, each of which `inspect` is told.
    mutating func objects(
      of image: DatasetSource.Image, size: ImageSize, isSizeKnown: Bool, audit: inout DatasetAudit,
      inspect: (DatasetSource.Object) -> Void
    ) -> [LabelledObject] {
      var sanitizer = BoxSanitizer(size: size, treatment: options.treatment)
      var objects: [LabelledObject] = []
      for object in image.objects {
        if let id = object.annotationID {
          if id == 0 { audit.add(.annotationIDZero, at: image.place(of: object)) }
          if !seenIDs.insert(id).inserted { audit.add(.repeatedAnnotationID, at: image.place(of: object)) }
        }
        guard let source = object.classIndex, let classIndex = mapping[source] else {
          audit.add(.unknownClass, at: image.place(of: object))
          continue
        }
        let box = image.boxesAreFractions ? object.box.scaled(by: size) : object.box
        census.count(box, in: size)
        let outcome = sanitizer.apply(to: box, classIndex: classIndex, isCrowd: object.isCrowd)
        if let finding = outcome.finding {
          audit.add(finding, at: image.place(of: object), box: box, kept: outcome.box)
        }
        guard let box = outcome.box else { continue }
        let mask = mask(of: object, in: image, isSizeKnown ? size : nil, audit: &audit)
        if case .objectLeftOut = mask { continue }
        if object.isCrowd { audit.add(.crowdBox, at: image.place(of: object)) }
        if object.isDifficult { audit.add(.difficultBox, at: image.place(of: object)) }
        let written = object.written.flatMap { $0.boundingBox == box ? $0 : nil }
        var labelled = LabelledObject(
          annotationID: object.annotationID ?? nextAnnotationID, box: box, classIndex: classIndex,
          area: object.area ?? mask.area ?? written?.area, isCrowd: object.isCrowd, isDifficult: object.isDifficult)
        labelled.attributes = object.attributes
        labelled.segmentation = mask.segmentation
        if let written, CornerSizeBox(box) != written { labelled.written = written }
        objects.append(labelled)
        inspect(object)
        nextAnnotationID += 1
      }
      return objects
    }

    /// What is kept of an object's pixels.
    private enum KeptMask {
      case none
      /// Its area is nil where the size of the image is not known.
      case mask(COCOSegmentation, area: Int?)
      /// Where masks are needed.
      case objectLeftOut

      var segmentation: COCOSegmentation? {
        if case .mask(let segmentation, _) = self { segmentation } else { nil }
      }

      var area: Double? {
        if case .mask(_, let area) = self { area.map(Double.init) } else { nil }
      }
    }

    /// In an audit an object stays in any case, for its box.
    private func mask(
      of object: DatasetSource.Object, in image: DatasetSource.Image, _ size: ImageSize?, audit: inout DatasetAudit
    ) -> KeptMask {
      guard options.readsMasks else { return .none }
      let without = options.needsMasks && !audit.isThorough ? KeptMask.objectLeftOut : .none
      func report(_ finding: DatasetFinding, _ detail: String) {
        audit.add(finding, at: image.place(of: object).with(detail))
      }
      guard let written = object.mask else {
        if case .objectLeftOut = without { report(.invalidMask, "has \(MaskError.missing)") }
        return without
      }
      do throws(MaskError) {
        let segmentation = try written.segmentation(in: size, areFractions: image.boxesAreFractions)
        guard let size = size.map({ ($0.width, $0.height) }) ?? segmentation.statedSize else {
          if options.needsMasks {
            report(.invalidMask, "is in an image whose size is not stated")
            return without
          }
          if case .polygons(let outlines) = segmentation { try RunLengthMask.check(outlines) }
          return .mask(segmentation, area: nil)
        }
        let area = try segmentation.mask(width: size.0, height: size.1).area
        if area > 0 { return .mask(segmentation, area: area) }
        report(.emptyMask, "has no pixel inside \(ImageSize(width: size.0, height: size.1))")
        let staysToBeFound = options.treatment == .asWritten || !options.needsMasks || audit.isThorough
        return staysToBeFound ? .mask(segmentation, area: 0) : .objectLeftOut
      } catch {
        report(.invalidMask, "has \(error)")
        return without
      }
    }
  }

  /// The size of the image itself; nil where it has to be left out.
  private func inspectedSize(
    of image: Image, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> (ImageSize, isKnown: Bool)? {
    guard FilePath.exists(image.path) else {
      let missing = DatasetPlace(file: image.path, image: image.path)
      guard !options.requiresImages else {
        audit.add(.missingImage, at: missing)
        return nil
      }
      // An audit looks at the labels of such an image, and says that it is not there.
      if audit.isThorough { audit.add(.missingImage, at: missing) }
      if let declared = image.declaredSize { return (declared, true) }
      guard image.boxesAreFractions else { return (image.extent, false) }
      if audit.isThorough { return nil }
      throw DatasetError(
        path: image.labelPath ?? image.path,
        problem: "its boxes are fractions of the size of '\(image.path)', which is not there; "
          + "give the folder of the images")
    }
    do {
      let header = try ImageHeader.read(image.path)
      if header.isGrey { audit.add(.greyImage, at: image.path) }
      if let detail = header.format.misnaming(of: image.path) {
        audit.add(.misnamedImage, at: DatasetPlace(file: image.path, image: image.path, detail: detail))
      }
      if let declared = image.declaredSize, declared != header.size {
        let isTurned = header.orientation.swapsSides && declared == header.storedSize
        let detail =
          "is \(header.size), its labels say \(declared)"
          + (isTurned ? ": they ignore the EXIF orientation \(header.orientation.rawValue)" : "")
        audit.add(
          isTurned ? .unappliedOrientation : .sizeMismatch,
          at: DatasetPlace(file: image.path, image: image.path, detail: detail))
      }
      return (header.size, true)
    } catch {
      audit.add(
        error.reason == .truncated ? .truncatedImage : .unreadableImage,
        at: DatasetPlace(file: image.path, image: image.path, detail: "\(error.reason)"))
      return nil
    }
  }
}

extension DatasetSource.Image {
  /// The smallest size in whole pixels that holds the boxes, at least 1×1: what stands for a size that nobody states.
  fileprivate var extent: ImageSize {
    func whole(_ sides: [Double]) -> Int {
      let largest = sides.filter(\.isFinite).max() ?? 1
      return Int(min(max(largest.rounded(.up), 1), 1_000_000_000))
    }
    return ImageSize(width: whole(objects.map(\.box.x2)), height: whole(objects.map(\.box.y2)))
  }
}

extension BoundingBox {
  /// A box in fractions of an image's size, in pixels.
  fileprivate func scaled(by size: ImageSize) -> BoundingBox {
    BoundingBox(
      x1: x1 * Double(size.width), y1: y1 * Double(size.height), x2: x2 * Double(size.width),
      y2: y2 * Double(size.height))
  }
}
