/// Something that a dataset has and that a format has no place for.
public enum ConversionLoss: String, Sendable, Hashable, Codable, CaseIterable {
  case crowdFlag
  case difficultFlag
  case area
  case mask
  /// A box that is not the one around its object's outline, where a format has either.
  case boxBesideMask
  case attribute
  case imageID
  case classID
  case classOrder
  case unusedClass
  case emptyImage
  case imageSize

  /// One line for people.
  public func description(count: Int, format: DatasetFormat) -> String {
    func many(_ one: String, _ several: String) -> String { "\(count) \(count == 1 ? one : several)" }
    let place = "no place in \(format.name)"
    func lost(_ one: String, _ several: String) -> String {
      "\(many(one, several)) \(count == 1 ? "has" : "have") \(place)"
    }
    return switch self {
    case .crowdFlag: lost("crowd flag", "crowd flags")
    case .difficultFlag: lost("difficult flag", "difficult flags")
    case .area: lost("area other than that of its box", "areas other than those of their boxes")
    case .mask: lost("mask", "masks")
    case .boxBesideMask:
      many("box", "boxes")
        + " other than around the mask: read again, \(count == 1 ? "it is" : "they are") the one around it"
    case .attribute: lost("attribute", "attributes")
    case .imageID: lost("image id", "image ids") + ": read again, images are numbered in the order of their names"
    case .classID: lost("class id", "class ids") + ": classes are known by name or place there"
    case .classOrder: "the order of the classes has \(place) without a folder: read again, they are in order of name"
    case .unusedClass: lost("class without boxes", "classes without boxes") + " without a folder"
    case .emptyImage: lost("image without objects", "images without objects") + ": found again with the images' folder"
    case .imageSize: many("image", "images") + " of unknown size: the extent of the boxes is written as the size"
    }
  }
}

extension ConversionLoss {
  /// What of a dataset is lost in a format, counted. Of YOLO's masks the writer itself counts what it could not write.
  static func counted(in dataset: LabelledDataset, format: DatasetFormat, isOneFile: Bool) -> [ConversionLoss: Int] {
    var counts: [ConversionLoss: Int] = [:]
    let keepsCrowds = [.coco, .csv, .openImages].contains(format)
    let keepsDifficult = [.voc, .csv].contains(format)
    let keepsArea = [.coco, .csv].contains(format)
    let keepsMasks = [.coco, .yolo].contains(format)
    var used: Set<Int> = []
    for (index, image) in dataset.images.enumerated() {
      if format != .coco, image.id != index + 1 || image.textID != nil { counts[.imageID, default: 0] += 1 }
      if format == .openImages, image.objects.isEmpty { counts[.emptyImage, default: 0] += 1 }
      if format == .coco, !image.isSizeKnown { counts[.imageSize, default: 0] += 1 }
      for object in image.objects {
        used.insert(object.classIndex)
        if object.isCrowd, !keepsCrowds { counts[.crowdFlag, default: 0] += 1 }
        if object.isDifficult, !keepsDifficult { counts[.difficultFlag, default: 0] += 1 }
        if object.segmentation != nil, !keepsMasks { counts[.mask, default: 0] += 1 }
        let boxArea = object.cornerSizeBox.area
        // That of a mask goes where the mask goes.
        if !keepsArea, object.segmentation == nil, abs(object.area - boxArea) > 1e-9 * max(1, boxArea) {
          counts[.area, default: 0] += 1
        }
        counts[.attribute, default: 0] += lostAttributes(of: object, format: format)
      }
    }
    // Numbers that merely run from 0 or 1 were given by a reader, and say nothing.
    let ids = dataset.classes.map(\.id)
    let haveTextIDs = dataset.classes.contains { $0.textID != nil }
    if format != .coco, haveTextIDs || ids != Array(0..<ids.count) && ids != Array(1..<ids.count + 1) {
      counts[.classID] = ids.count
    }
    if isOneFile, format != .coco {
      counts[.unusedClass] = dataset.classes.count - used.count
      let kept = dataset.classNames.enumerated().filter { used.contains($0.offset) }.map(\.element)
      counts[.classOrder] = kept == kept.sorted() ? 0 : 1
    }
    return counts.filter { $0.value > 0 }
  }

  private static func lostAttributes(of object: LabelledObject, format: DatasetFormat) -> Int {
    switch format {
    case .coco, .csv: 0
    case .openImages:
      object.attributes.count { !OpenImagesReader.flags.contains($0.key) || ![0, 1].contains($0.value) }
    default: object.attributes.count
    }
  }
}
