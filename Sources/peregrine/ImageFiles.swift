import Files
import Foundation

/// The images that a user named: files as they are, folders by what they hold.
enum ImageFiles {
  private static let extensions: Set<String> = ["jpg", "jpeg", "png"]

  /// Paths in the order given, folders sorted by name and searched to any depth.
  static func find(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw MissingInput(path: path, expected: "an image (JPEG or PNG) or a folder of images")
      }
      guard isFolder.boolValue else {
        found.append(path)
        continue
      }
      let inside = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
        .filter { extensions.contains(PathName.fileExtension(of: $0).lowercased()) }
        .sorted()
      if inside.isEmpty { throw NoImages(path: path) }
      found += inside.map { PathName.joined(path, $0) }
    }
    return found
  }

  struct NoImages: Error, CustomStringConvertible {
    var path: String
    var description: String { "\(path): there is no JPEG or PNG image in this folder" }
  }
}
