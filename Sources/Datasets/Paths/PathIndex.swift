/// Finds files by the paths that labels and lists have for them.
///
/// A file is meant where its name fits; of several, the one whose folders agree with the written ones the furthest from
/// the end. Two that agree equally far are not chosen between. A file in a folder `train` is not meant by a path through
/// a folder `val`.
struct PathIndex {
  /// Places in the list of files.
  enum Match: Hashable {
    /// The whole written path is the end of the file's.
    case exact(Int)
    /// Only its end is; or the name differs in case or extension, or by the prefix of an upload.
    case similar(Int)
    case ambiguous([Int])
    case none
  }

  /// One way in which names are compared.
  private enum Likeness: CaseIterable {
    case name, stem, foldedName, foldedStem
  }

  /// Extensions that a label may have where the image has another.
  private static let knownExtensions: Set<String> = FilePath.imageExtensions.union([
    "bmp", "gif", "heic", "jfif", "jpe", "json", "pgm", "ppm", "tif", "tiff", "txt", "webp", "xml",
  ])

  private let files: [[String]]
  /// Texts that look alike are equal keys, whether accents are composed or not.
  private var places: [Likeness: [String: [Int]]] = [:]

  init(_ paths: [String]) {
    files = paths.map { $0.split(separator: "/").map(String.init) }
    for (place, parts) in files.enumerated() {
      let name = parts.last ?? ""
      let stem = FilePath.stem(of: name)
      places[.name, default: [:]][name, default: []].append(place)
      places[.stem, default: [:]][stem, default: []].append(place)
      places[.foldedName, default: [:]][name.lowercased(), default: []].append(place)
      places[.foldedStem, default: [:]][stem.lowercased(), default: []].append(place)
    }
  }

  func match(_ written: String) -> Match {
    let readings = WrittenPath(written).readings
    for parts in readings {
      let match = match(parts)
      if match != .none { return match }
    }
    // Label Studio puts eight digits before the name of a file that is uploaded.
    for parts in readings {
      guard let name = parts.last, let own = PathIndex.withoutUploadPrefix(name) else { continue }
      let match = match(parts.dropLast() + [own])
      if case .exact(let place) = match { return .similar(place) }
      if match != .none { return match }
    }
    return .none
  }

  /// The matches of all paths of one label file or list. Two paths that contradict each other, such as `a/0.jpg` and
  /// `b/0.jpg`, do not mean one file: the one that is less like it, or both, mean none.
  func matches(_ written: [String]) -> [Match] {
    let first = written.map(match)
    let parts = written.map { WrittenPath($0).parts }
    var claims: [Int: Set<[String]>] = [:]
    for (parts, match) in zip(parts, first) {
      switch match {
      case .exact(let place), .similar(let place): claims[place, default: []].insert(parts)
      case .ambiguous, .none: break
      }
    }
    return zip(parts, first).map { parts, match in
      guard case .similar(let place) = match, let claims = claims[place], claims.count > 1 else { return match }
      let agree = claims.allSatisfy { other in
        other.suffix(parts.count) == parts.suffix(other.count)
      }
      return agree ? match : .none
    }
  }

  private func match(_ parts: [String]) -> Match {
    guard let name = parts.last else { return .none }
    for likeness in Likeness.allCases {
      for key in PathIndex.keys(of: name, by: likeness) {
        let split = DatasetSplit(parts: parts)
        let found = (places[likeness]?[key] ?? []).filter { place in
          guard let split, let other = DatasetSplit(parts: files[place]) else { return true }
          return split == other
        }
        guard !found.isEmpty else { continue }
        let agreeing = found.map { agreement(of: files[$0], with: parts) }
        let best = agreeing.max() ?? 0
        var chosen = zip(found, agreeing).filter { $0.1 == best }.map(\.0)
        if chosen.count > 1 {
          // Accents composed in one name and not in the other: the very bytes decide.
          let same = chosen.filter { files[$0].last.map { $0.utf8.elementsEqual(name.utf8) } ?? false }
          if same.count == 1 { chosen = same }
        }
        guard chosen.count == 1 else { return .ambiguous(chosen) }
        let isWhole = best == parts.count - 1 && (likeness == .name || likeness == .stem && key == name)
        return isWhole ? .exact(chosen[0]) : .similar(chosen[0])
      }
    }
    return .none
  }

  /// How many folders are the same, from the end.
  private func agreement(of file: [String], with parts: [String]) -> Int {
    zip(file.dropLast().reversed(), parts.dropLast().reversed()).prefix { $0.lowercased() == $1.lowercased() }.count
  }

  private static func keys(of name: String, by likeness: Likeness) -> [String] {
    switch likeness {
    case .name: [name]
    case .foldedName: [name.lowercased()]
    // What follows the last dot of a name may be part of it.
    case .stem: knownExtensions.contains(FilePath.fileExtension(of: name)) ? [name, FilePath.stem(of: name)] : [name]
    case .foldedStem: keys(of: name, by: .stem).map { $0.lowercased() }
    }
  }

  /// `name.png` of `aa11bb22-name.png`; nil where there is no such prefix.
  private static func withoutUploadPrefix(_ name: String) -> String? {
    let prefix = name.prefix(9)
    guard prefix.count == 9, name.count > 9, prefix.last == "-",
      prefix.dropLast().allSatisfy({ $0.isHexDigit && $0.isASCII && !$0.isUppercase })
    else { return nil }
    return String(name.dropFirst(9))
  }
}
