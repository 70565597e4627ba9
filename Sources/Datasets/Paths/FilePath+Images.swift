import ImageCodecs

extension FilePath {
  /// Of image files, those that are not read included: a set that has such is to be told, not to lose them.
  static let imageExtensions = ImageFileExtension.read.union(ImageFileExtension.unread)

  /// The image files in a folder, in order of name.
  static func images(in folder: String) throws -> [String] {
    try withoutSources(files(in: folder, extensions: imageExtensions))
  }

  /// The same through all folders within, as paths relative to `folder`.
  static func images(within folder: String) throws -> [String] {
    try withoutSources(filesWithin(folder, extensions: imageExtensions))
  }

  /// Leaves out pictures of kinds that are not read beside one of the same name that is: a `.psd` or raw photograph is
  /// what that was made from.
  private static func withoutSources(_ files: [String]) -> [String] {
    func isRead(_ file: String) -> Bool { ImageFileExtension.read.contains(fileExtension(of: file)) }
    if files.allSatisfy(isRead) { return files }
    let stems = Set(files.filter(isRead).map { withoutExtension($0) })
    return files.filter { isRead($0) || !stems.contains(withoutExtension($0)) }
  }
}
