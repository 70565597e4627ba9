import Files
import Foundation

extension LabelledDataset {
  /// Writes the dataset in a format, boxes with all their digits, so that reading gives the same boxes to 1e-9 pixels.
  ///
  /// Masks that were read (``DatasetReadingOptions/readsMasks``) go to COCO in the form that they have, and to YOLO as outlines.
  ///
  /// COCO, Open Images and the program's own CSV are one file where the path ends in `.json` or `.csv`; everything else is a folder,
  /// which then also holds the class list and, where wanted, the images. The output appears whole or not at all.
  ///
  /// - Parameter transfer: Nil links the images for YOLO, whose labels mean nothing without `images` beside them, and leaves them
  ///   where they are otherwise.
  /// - Returns: What was written, and what the format has no place for.
  /// - Throws: `OutputError` where something is at the path already or it cannot be written; ``DatasetError``
  ///   where the dataset cannot be said in the format: it is only read, needs sizes that are not known, or images that
  ///   are not there.
  @discardableResult
  public func write(
    to path: String, format: DatasetFormat, images transfer: ImageTransfer? = nil
  ) throws -> DatasetWritingReport {
    guard format.isWritable else {
      let writable = DatasetFormat.allCases.filter(\.isWritable).map(\.rawValue).joined(separator: ", ")
      throw DatasetError(path: path, problem: "\(format.name) are only read; expected one of \(writable)")
    }
    let isOneFile = format.isOneFile(path)
    try DatasetOutput.check(path, isOneFile: isOneFile)
    let transfer = transfer ?? (format == .yolo ? .link : .none)
    if isOneFile, transfer != .none {
      throw DatasetError(path: path, problem: "is one file; expected a folder where the images come along")
    }
    try checkNames(for: format)
    try checkSizes(for: format)
    let names = try ImageNames(self, haveUniqueStems: format == .voc || format == .yolo).names
    if transfer != .none { try checkImages() }
    var lostMasks: [ConversionLoss: Int] = [:]
    func writeLabels(to place: String) throws {
      switch format {
      case .coco: try writeCOCO(to: isOneFile ? place : place + "/annotations.json", names: names)
      case .voc: try VOCWriter.write(self, names: names, to: place)
      case .yolo: lostMasks = try YOLOWriter.write(self, names: names, to: place)
      case .openImages: try OpenImagesWriter.write(self, names: names, to: place, isOneFile: isOneFile)
      case .csv: try CSVWriter.write(self, names: names, to: place, isOneFile: isOneFile)
      case .deepPCB, .cvat, .labelMe, .pennFudan, .text: preconditionFailure("\(format) is not written")
      }
    }
    if isOneFile {
      try writeLabels(to: path)
    } else {
      try DatasetOutput.writeFolder(to: path) { partial in
        try writeLabels(to: partial)
        guard transfer != .none else { return }
        try bringImages(to: partial + (format == .voc ? "/JPEGImages" : "/images"), names: names, by: transfer)
      }
    }
    return DatasetWritingReport(
      path: path, format: format, imageCount: images.count, boxCount: objectCount, images: transfer,
      writtenClasses: classes.enumerated().map { index, label in
        switch format {
        case .coco: "\(label.id)"
        case .yolo: "\(index)"
        default: label.name
        }
      },
      losses: ConversionLoss.counted(in: self, format: format, isOneFile: isOneFile).merging(lostMasks) { $0 + $1 })
  }

  private func writeCOCO(to path: String, names: [String]) throws {
    var file = COCOGroundTruthFile(dataset: self)
    for (index, name) in names.enumerated() { file.images[index].fileName = name }
    try file.write(to: path)
  }

  private func bringImages(to folder: String, names: [String], by transfer: ImageTransfer) throws {
    for (image, name) in zip(images, names) {
      let place = FilePath.joined(folder, name)
      try DatasetOutput.makeFolder(FilePath.folder(of: place))
      if transfer == .link {
        guard symlink(image.path, place) == 0 else { throw OutputError(.failed, path: place, code: errno) }
      } else {
        // Read and written apart, so that an error names the file that it is about.
        try OutputFile.write(FilePath.contents(image.path), to: place, isSynchronised: false)
      }
    }
  }
}

extension DatasetFormat {
  /// Throws unless a dataset can be written to the path: it is new, or an empty folder or file. Makes nothing.
  public func checkOutput(_ path: String) throws(OutputError) {
    try DatasetOutput.check(path, isOneFile: isOneFile(path))
  }

  /// Whether a dataset written to this path is one file rather than a folder.
  package func isOneFile(_ path: String) -> Bool {
    switch self {
    // Standard output, devices and FIFOs take a text, and no folder.
    case .coco: FilePath.fileExtension(of: path) == "json" || OutputDestination.isStream(path)
    case .openImages, .csv: FilePath.fileExtension(of: path) == "csv" || OutputDestination.isStream(path)
    default: false
    }
  }
}

extension LabelledDataset {
  private func checkImages() throws {
    guard let absent = images.first(where: { !FilePath.exists($0.path) }) else { return }
    throw DatasetError(
      path: absent.path, problem: "there is no such image to bring along; give the images' folder, or take labels only")
  }

  /// Fractions of a size that nobody knows mean nothing.
  private func checkSizes(for format: DatasetFormat) throws {
    guard format == .yolo || format == .openImages else { return }
    if let unknown = images.first(where: { !$0.isSizeKnown }) {
      throw DatasetError(
        path: unknown.path,
        problem: "its size is not known, and \(format.name) hold fractions of it; give the folder of the images")
    }
    for image in images {
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      for object in image.objects
      where object.box.x1 < -width || object.box.x2 > 2 * width || object.box.y1 < -height || object.box.y2 > 2 * height
      {
        throw DatasetError(
          path: image.path,
          problem: "its annotation \(object.annotationID) lies further outside than the image is large, which "
            + "\(format.name) cannot say")
      }
    }
  }

  /// White space at the ends of a name, and line ends in it, would not come back.
  private func checkNames(for format: DatasetFormat) throws {
    guard format != .coco else { return }
    for (index, name) in classNames.enumerated() {
      guard !name.isEmpty, name == name.trimmed, !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
        throw DatasetError(
          path: "class \(index)",
          problem: "its name '\(name)' is empty, begins or ends with white space or holds a control character, which "
            + "\(format.name) cannot hold")
      }
    }
    var seen: Set<String> = []
    if let twice = classNames.first(where: { !seen.insert($0).inserted }) {
      throw DatasetError(path: "class '\(twice)'", problem: "two classes have this name; expected names that differ")
    }
  }
}

/// How the images come along when a dataset is written.
public enum ImageTransfer: String, Sendable, Hashable, Codable, CaseIterable {
  case copy
  /// A symbolic link to the image, by its absolute path.
  case link
  /// Labels only.
  case none
}
