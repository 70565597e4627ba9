import Foundation

/// The files inside a folder, to any depth, in an order that does not depend on the file system.
///
/// Links to folders are followed, as if the folder stood where the link stands; a link that leads back to a folder on
/// its own path is not, so that a walk always ends. Names that begin with a dot are left out, and so is what stands in
/// folders of such names.
public enum FolderListing {
  /// Paths relative to `folder`, in order of name.
  ///
  /// - Parameter isWanted: Is given the name of a file without folders.
  /// - Returns: Nil where the folder itself cannot be listed. A folder inside it that cannot is passed to `unreadable`.
  public static func files(
    within folder: String, where isWanted: (String) -> Bool, unreadable: (String) -> Void = { _ in }
  ) -> [String]? {
    var found: [String] = []
    var ancestors: [FileIdentity] = []
    func walk(_ path: String, _ prefix: String) -> Bool {
      guard let identity = FileIdentity(path), let names = try? FileManager.default.contentsOfDirectory(atPath: path)
      else { return false }
      guard !ancestors.contains(identity) else { return true }
      ancestors.append(identity)
      defer { ancestors.removeLast() }
      for name in names where !name.hasPrefix(".") {
        let full = path.hasSuffix("/") ? path + name : path + "/" + name
        if FileIdentity.isFolder(full) {
          if !walk(full, prefix + name + "/") { unreadable(full) }
        } else if isWanted(name) {
          found.append(prefix + name)
        }
      }
      return true
    }
    return walk(folder, "") ? found.sorted() : nil
  }
}
