/// Reads PASCAL VOC label files (Everingham et al., "The PASCAL Visual Object Classes Challenge", 2010).
///
/// `Annotations` may hold folders, as ImageNet's does; images then lie in folders of the same names. A `classes.txt` or
/// `labelmap.txt` beside them gives the order of the classes, which is by name otherwise.
///
/// Masks are those of `SegmentationObject`, beside `Annotations`: PNG files of the labels' names, in which an object's pixels have
/// the number of its place in the label file, from 1, and 255 is nobody's border. A `<polygon>` in place of a box is a mask too.
enum VOCReader {
  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let labelsFolder = FilePath.folder(named: ["Annotations"], in: path) ?? path
    let labelFiles = try labelFiles(in: path)
    guard !labelFiles.isEmpty else { throw DatasetError(path: labelsFolder, problem: "holds no VOC .xml file") }
    let folder = try ImageFolder(
      stated: options.imagesFolder,
      candidates: ["JPEGImages", "Images", "images"].map { FilePath.joined(path, $0) }, last: path)

    var labelled: Set<String> = []
    var images: [DatasetSource.Image] = []
    var labels: [VOCLabel] = []
    // Of the labels' files, with the folders that they lie in.
    var stems: [String] = []
    for name in labelFiles {
      let stem = FilePath.withoutExtension(name)
      let label = try audit.tolerating { try VOCLabel(path: FilePath.joined(labelsFolder, name), audit: &$0) }
      guard let label else {
        if let file = folder.file(named: stem) { labelled.insert(file) }
        continue
      }
      // The file name inside may be wrong where the pair of files was renamed; its extension is all that is needed.
      let stated = label.fileName.map { WrittenPath($0).name }
      let found =
        folder.file(named: stem) ?? label.fileName.flatMap(folder.file) ?? label.imagePath.flatMap(folder.file)
      let absent = name.contains("/") ? FilePath.joined(FilePath.folder(of: name), stated ?? "") : stated
      guard let file = found ?? (options.requiresImages ? nil : stated == nil ? stem + ".jpg" : absent) else {
        audit.add(.labelsWithoutImage, at: label.path)
        continue
      }
      labelled.insert(file)
      labels.append(label)
      stems.append(stem)
      images.append(
        DatasetSource.Image(
          path: FilePath.joined(folder.path, file), labelPath: label.path, declaredSize: label.size, objects: []))
    }
    for file in folder.files where !labelled.contains(file) {
      images.append(DatasetSource.Image(path: FilePath.joined(folder.path, file), objects: []))
    }

    let listed = try ClassNamesFile.besideVOC(path) ?? []
    let classNames = listed + Set(labels.flatMap { $0.objects.map(\.className) }).subtracting(listed).sorted()
    let indices = Dictionary(classNames.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    let folderOfMasks = options.readsMasks ? FilePath.folder(named: ["SegmentationObject"], in: path) : nil
    var withoutMasks: Set<Int> = []
    for (index, label) in labels.enumerated() {
      let mapPath = folderOfMasks.map { FilePath.joined($0, stems[index] + ".png") }
      let map = try mapPath.flatMap { path in
        try FilePath.exists(path) ? audit.tolerating { _ in try ObjectNumberMap(path: path, ignoring: 255) } : nil
      }
      map?.reportNumbers(above: label.objectCount, image: images[index].path, audit: &audit)
      if let mapPath, !FilePath.exists(mapPath), !label.objects.isEmpty { withoutMasks.insert(index) }
      images[index].objects = label.objects.map { object in
        let outline = options.readsMasks ? object.outline.map { WrittenMask.polygon($0) } : nil
        let mask = map.flatMap { map in object.number.map { map.mask(of: $0) } }
        return DatasetSource.Object(
          box: object.box, classIndex: indices[object.className], isDifficult: object.isDifficult, line: object.line,
          mask: mask ?? outline)
      }
    }
    if options.needsMasks, !audit.isThorough, !withoutMasks.isEmpty {
      // VOC has masks of a part of its images; the others are not without objects.
      audit.addReading(
        "\(withoutMasks.count) images without a file in SegmentationObject left out, as masks are asked for")
      images = images.indices.filter { !withoutMasks.contains($0) }.map { images[$0] }
    }
    return DatasetSource(
      classes: classNames.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }

  /// Relative to `Annotations` where there is one, with those in folders inside it; otherwise to the path itself.
  static func labelFiles(in path: String) throws -> [String] {
    if let annotations = FilePath.folder(named: ["Annotations"], in: path) {
      return try FilePath.filesWithin(annotations, extensions: ["xml"])
    }
    return try FilePath.files(in: path, extensions: ["xml"])
  }
}
