import Foundation

extension COCOReader {
  /// Where the images are that a COCO file names: beside it, or where COCO and its copies put them, or in one of these
  /// places under a name that the written path ends in.
  static func imagePaths(
    of names: [String], listedIn file: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> [String: String] {
    let here = FilePath.folder(of: file)
    let above = FilePath.folder(of: here)
    let part = FilePath.stem(of: file).replacingOccurrences(of: "instances_", with: "")
      .replacingOccurrences(of: "panoptic_", with: "")
    let candidates = [
      "\(here)/images", here, "\(here)/\(part)", "\(above)/\(part)", "\(above)/images/\(part)", "\(above)/images",
      above,
    ]
    let sample = Array(names.prefix(10))
    if let folder = options.imagesFolder {
      guard FilePath.isFolder(folder) else { throw DatasetError(path: folder, problem: "expected a folder of images") }
      return try paths(of: names, in: ImageFolder.Place(FilePath.absolute(folder)), file, options, &audit)
    }
    let direct = candidates.map { folder in
      (folder: folder, count: sample.count { ImageFolder.file($0, in: [folder]) != nil })
    }
    let mostStated = direct.max { $0.count < $1.count }.flatMap { $0.count > 0 ? $0 : nil }
    func stated(_ folder: String) -> ImageFolder.Place {
      ImageFolder.Place(folder, isDeep: folder != here && folder != above)
    }
    if let all = direct.first(where: { $0.count == sample.count && $0.count > 0 }) {
      return try paths(of: names, in: stated(all.folder), file, options, &audit)
    }
    // Folders inside the one of the file are not searched: nothing tells that they belong to it.
    let places =
      [
        FilePath.folder(named: ["images", "JPEGImages", "train", "val", "test"], in: here), "\(here)/\(part)",
        "\(above)/\(part)", FilePath.folder(named: ["images", "JPEGImages"], in: above),
      ].compactMap(\.self).map { ImageFolder.Place($0) } + [ImageFolder.Place(here, isDeep: false)]
    var best: (place: ImageFolder.Place, count: Int)?
    for place in places where FilePath.isFolder(place.path) {
      let folder = try ImageFolder(path: place.path, isSearchedToAnyDepth: place.isDeep)
      let count = sample.count {
        folder.file(named: $0) != nil || ImageFolder.file($0, in: [place.path, here]) != nil
      }
      if count > best?.count ?? 0 { best = (place, count) }
    }
    if let best, best.count >= mostStated?.count ?? 0 {
      return try paths(of: names, in: best.place, file, options, &audit)
    }
    if let some = mostStated { return try paths(of: names, in: stated(some.folder), file, options, &audit) }
    guard !options.requiresImages || names.isEmpty else {
      throw DatasetError(
        path: file,
        problem: "its image '\(names[0])' is in none of " + candidates.joined(separator: ", ")
          + "; give the folder of the images")
    }
    return try paths(of: names, in: ImageFolder.Place(candidates[0]), file, options, &audit)
  }

  /// The folder is listed only where something is not just where the file says.
  private static func paths(
    of names: [String], in place: ImageFolder.Place, _ file: String, _ options: DatasetReadingOptions,
    _ audit: inout DatasetAudit
  ) throws -> [String: String] {
    let direct = Dictionary(names.map { ($0, FilePath.joined(place.path, $0)) }) { first, _ in first }
    let found =
      if direct.allSatisfy({ !$0.key.isEmpty && FilePath.exists($0.value) }) {
        direct.mapValues(FilePath.absolute)
      } else {
        try ImageFolder(path: place.path, isSearchedToAnyDepth: place.isDeep)
          .paths(of: names, listedIn: file, isNeeded: options.requiresImages, audit: &audit)
      }
    report(found, outsideOf: [place.path, folder(ofSetWith: file)], listedIn: file, &audit)
    return found
  }

  /// The folder of the label file, or of COCO's `annotations` the one around it.
  private static func folder(ofSetWith file: String) -> String {
    let here = FilePath.folder(of: FilePath.absolute(file))
    return FilePath.lastComponent(of: here).lowercased().hasPrefix("annotation") ? FilePath.folder(of: here) : here
  }

  /// Says which images are not in the set's own folders: a stranger's file may name any file of this machine.
  private static func report(
    _ paths: [String: String], outsideOf folders: [String], listedIn file: String, _ audit: inout DatasetAudit
  ) {
    let prefixes = folders.map { FilePath.joined(FilePath.absolute($0), "") }
    let outside = paths.filter { path in !prefixes.contains { path.value.hasPrefix($0) } }.keys.sorted()
    guard let first = outside.first else { return }
    audit.addReading(
      "\(file): \(outside.count) of its images are outside of the set's folder, the first being '\(first)'")
  }
}

extension ImageFolder {
  /// A folder to be searched.
  struct Place {
    let path: String
    /// Whether the folders inside it are searched too.
    let isDeep: Bool

    init(_ path: String, isDeep: Bool = true) {
      self.path = path
      self.isDeep = isDeep
    }
  }
}
