import ImageCodecs
import ParallelWork

extension SegmentedSet {
  /// Reads a set of images with labels.
  ///
  /// - Parameters:
  ///   - path: a folder, or a COCO file; see ``Format``. What the bytes or colours of label files stand for says `classes.csv`,
  ///     `label_colors.txt` or `classes.txt` in the folder or in the one that holds it; without one, bytes are numbered classes.
  ///   - classes: the class list that the result shall have, for example that of a model, by names; nil for the set's own.
  ///   - imagesFolder: of a COCO file's images, where they are not beside it.
  /// - Throws: ``DatasetError`` naming the file whose labels are of another size, of unknown values, or no PNG; the object that
  ///   cannot be drawn; the segment that is not listed.
  public static func read(
    at path: String, classes: [String]? = nil, ids: [Int]? = nil, imagesFolder: String? = nil
  ) throws -> SegmentedSet {
    let path = FilePath.absolute(path)
    guard FilePath.exists(path) else { throw DatasetError(path: path, problem: "there is no such folder") }
    let set = try SegmentedSet(SegmentedSetSource.find(at: path, imagesFolder: imagesFolder))
    guard let classes else { return set }
    return try set.withClasses(classes, ids: ids, path: path)
  }

  /// Reads all labels once.
  private init(_ source: SegmentedSetSource) throws {
    let (entries, list) = (source.entries, source.classes)
    var results = [Result<SegmentedImage, any Error>?](repeating: nil, count: entries.count)
    results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      ParallelLoop.run(entries.count) { index in
        results[index] = Result { try entries[index].checked(list) }
      }
    }
    let images = try results.compactMap { try $0?.get() }
    let blank = images.filter { $0.pixelCounts.allSatisfy { $0 == 0 } }.map(\.labelPath)
    let used = images.filter { $0.pixelCounts.contains { $0 > 0 } }
    guard !used.isEmpty else {
      throw DatasetError(
        path: blank.first ?? source.path,
        problem: blank.isEmpty ? "has no image with labels" : "has ignored pixels alone, as all labels beside it")
    }
    var remarks = source.remarks
    if !blank.isEmpty {
      remarks.append(
        "\(blank.count) with ignored pixels alone (value 255 or an ignored class), left out: "
          + blank.prefix(3).joined(separator: ", ") + (blank.count > 3 ? ", …" : ""))
    }
    self.init(
      classes: list.classes.map { ObjectClass(id: Int($0.value), name: $0.name) },
      colors: list.classes.enumerated().map { $1.color ?? RGBColor.ofClass($0) }, images: used, format: source.format,
      remarks: remarks)
  }
}

extension SegmentedSetSource.Entry {
  /// Reads the labels once, to check and to count them.
  fileprivate func checked(_ classes: LabelClasses) throws -> SegmentedImage {
    let size: ImageSize
    do throws(ImageError) {
      size = try ImageHeader.read(image).size
    } catch {
      throw DatasetError(path: image, problem: "cannot be read: \(error.reason)")
    }
    if let stated, stated != size {
      throw DatasetError(path: image, problem: "is \(size); expected \(stated), as \(labelPath) has it")
    }
    let map = try labels.labels(at: labelPath, classes, size: size)
    guard map.size == size else {
      throw DatasetError(path: labelPath, problem: "is \(map.size); expected \(size), the size of \(image)")
    }
    return SegmentedImage(
      path: image, labelPath: labelPath, source: labels, size: size,
      pixelCounts: Array(map.counts.prefix(classes.classes.count)), classes: classes,
      mapping: classes.classes.indices.map { UInt8($0) })
  }
}
