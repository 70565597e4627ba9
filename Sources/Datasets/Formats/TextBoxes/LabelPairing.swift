/// Pairs image files with label files by their paths.
///
/// First by the very path, `images` and `labels` taken for the same; then with these folders left out of the path, for
/// labels one level deeper or higher; then by a name that is there once on both sides.
struct LabelPairing {
  private let images: [String]
  private let labels: [String]
  /// In which the images and the labels are.
  private let folders: (images: String, labels: String)
  /// In the order of the images.
  private(set) var labelOfImage: [String?]
  private var isUsed: [Bool]
  /// Pairs that only the name makes.
  private(set) var foundByName: [(image: String, label: String)] = []

  init(images: [String], labels: [String], in folders: (images: String, labels: String)) {
    self.images = images
    self.labels = labels
    self.folders = folders
    labelOfImage = Array(repeating: nil, count: images.count)
    isUsed = Array(repeating: false, count: labels.count)
  }

  mutating func pair() {
    pairByPlace()
    pairOnce {
      LabelPairing.keysWithoutFolder($0)
    } otherwise: {
      LabelPairing.keysWithoutFolder($0)
    }
    pairOnce(isByName: true) {
      [FilePath.stem(of: $0).lowercased()]
    } otherwise: {
      [FilePath.stem(of: $0).lowercased()]
    }
  }

  /// Label files that belong to no image, where they lie among label files: other texts lie about in many folders.
  var labelsWithoutImage: [String] {
    let unused = labels.indices.filter { !isUsed[$0] }.map { labels[$0] }
    let labelled = Set(labels.indices.filter { isUsed[$0] }.map { FilePath.folder(of: labels[$0]) })
    guard !labelled.isEmpty else { return unused }
    return unused.filter { label in
      let folder = FilePath.folder(of: label)
      return labelled.contains(folder) || !LabelPairing.labelPlaces(in: LabelPairing.parts(label)).isEmpty
    }
  }

  // MARK: By place

  private mutating func pairByPlace() {
    var byKey: [String: Int] = [:]
    for (index, label) in labels.enumerated() {
      for key in labelKeys(label) where byKey[key] == nil { byKey[key] = index }
    }
    for (index, image) in images.enumerated() {
      guard let label = imageKeys(image).lazy.compactMap({ byKey[$0] }).first else { continue }
      labelOfImage[index] = labels[label]
      isUsed[label] = true
    }
  }

  /// `*/a` of `images/a.jpg`; then relative to the two folders, which stand for each other; then the path as it is. Some
  /// programs call the labels of `a.jpg` `a.jpg.txt`.
  private func imageKeys(_ path: String) -> [String] {
    var keys: [String] = []
    var parts = LabelPairing.parts(path)
    if let place = LabelPairing.imagePlace(in: parts) {
      parts[place] = "*"
      keys.append(parts.joined(separator: "/"))
    }
    let relative = relative(path, to: folders.images)
    return keys + [relative, FilePath.withoutExtension(path), "\(relative).\(FilePath.fileExtension(of: path))", path]
  }

  private func labelKeys(_ path: String) -> [String] {
    let parts = LabelPairing.parts(path)
    let swapped = LabelPairing.labelPlaces(in: parts).map { place in
      var parts = parts
      parts[place] = "*"
      return parts.joined(separator: "/")
    }
    return [relative(path, to: folders.labels)] + swapped + [FilePath.withoutExtension(path)]
  }

  private func relative(_ path: String, to folder: String) -> String {
    "./" + FilePath.withoutExtension(path).dropFirst(folder.count).drop { $0 == "/" }
  }

  // MARK: Once on both sides

  private mutating func pairOnce(
    isByName: Bool = false, _ imageKeys: (String) -> [String], otherwise labelKeys: (String) -> [String]
  ) {
    var labelsByKey: [String: [Int]] = [:]
    for index in labels.indices where !isUsed[index] {
      for key in labelKeys(labels[index]) { labelsByKey[key, default: []].append(index) }
    }
    guard !labelsByKey.isEmpty else { return }
    var imagesByKey: [String: [Int]] = [:]
    for index in images.indices where labelOfImage[index] == nil {
      for key in imageKeys(images[index]) { imagesByKey[key, default: []].append(index) }
    }
    for (key, places) in imagesByKey.sorted(by: { $0.value[0] < $1.value[0] }) {
      guard places.count == 1, let found = labelsByKey[key], found.count == 1 else { continue }
      let (image, label) = (places[0], found[0])
      guard labelOfImage[image] == nil, !isUsed[label], mayBelong(images[image], labels[label]) else { continue }
      labelOfImage[image] = labels[label]
      isUsed[label] = true
      if isByName { foundByName.append((images[image], labels[label])) }
    }
  }

  /// A label in `val` is not that of an image in `train`.
  private func mayBelong(_ image: String, _ label: String) -> Bool {
    guard let first = DatasetSplit(parts: LabelPairing.parts(image)),
      let second = DatasetSplit(parts: LabelPairing.parts(label))
    else { return true }
    return first == second
  }

  /// The path without its folder `images` or `labels`, and as it is.
  private static func keysWithoutFolder(_ path: String) -> [String] {
    let parts = parts(path)
    let places = [imagePlace(in: parts)].compactMap(\.self) + labelPlaces(in: parts)
    return Array(
      Set(
        places.map { place in
          var parts = parts
          parts.remove(at: place)
          return parts.joined(separator: "/")
        } + [parts.joined(separator: "/")]))
  }

  // MARK: Paths

  private static func parts(_ path: String) -> [String] {
    FilePath.withoutExtension(path).split(separator: "/").map(String.init)
  }

  private static let imageNames = Set(TextLabelLayout.imageFolderNames.map { $0.lowercased() })
  private static let labelNames = Set(TextLabelLayout.labelFolderNames.map { $0.lowercased() })

  private static func imagePlace(in parts: [String]) -> Int? {
    parts.dropLast().lastIndex { imageNames.contains($0.lowercased()) }
  }

  private static func labelPlaces(in parts: [String]) -> [Int] {
    parts.dropLast().indices.filter { labelNames.contains(parts[$0].lowercased()) }
  }
}
