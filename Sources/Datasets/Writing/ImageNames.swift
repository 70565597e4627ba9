/// The names by which written labels call the images: file names where these tell the images apart, otherwise with as
/// many of their folders as all of them do not share.
struct ImageNames {
  /// In the order of the dataset's images.
  let names: [String]

  /// - Throws: ``DatasetError`` where two images have the same path but for the extension, and stems have to differ.
  init(_ dataset: LabelledDataset, haveUniqueStems: Bool) throws {
    func key(_ name: String) -> String { haveUniqueStems ? FilePath.withoutExtension(name) : name }
    let fileNames = dataset.images.map(\.fileName)
    if Set(fileNames.map(key)).count == fileNames.count {
      names = fileNames
      return
    }
    // Without `..`, with which a name would lead out of the folder that is written.
    let folders = dataset.images.map {
      FilePath.folder(of: FilePath.absolute($0.path)).split(separator: "/", omittingEmptySubsequences: false)
        .filter { $0 != ".." }
    }
    var shared = folders.first ?? []
    for folder in folders {
      let count = zip(shared, folder).prefix { $0 == $1 }.count
      shared = Array(shared.prefix(count))
    }
    names = zip(folders, fileNames).map { folder, name in
      (folder.dropFirst(shared.count).map(String.init) + [name]).joined(separator: "/")
    }
    var seen: [String: String] = [:]
    for (name, image) in zip(names, dataset.images) {
      guard let other = seen.updateValue(image.path, forKey: key(name)) else { continue }
      throw DatasetError(
        path: image.path,
        problem: "its label file would be that of \(other) too; expected names that differ in more than the extension")
    }
  }
}
