import Files
import Foundation

/// File names for what is made of images from several folders, without two of one name.
public struct AnnotatedNames: Sendable {
  private var names: [String: String] = [:]
  private let folder: String
  private let format: String?

  /// The copies keep the images' names; of two alike the later gets a number.
  ///
  /// - Parameter format: the extension of all; nil for jpg, or png of images that have it.
  public init(folder: String, for paths: [String], format: String? = nil) {
    self.folder = folder
    self.format = format
    var taken: Set<String> = []
    for path in paths where names[path] == nil {
      let name = PathName.lastComponent(of: path)
      let kind = format ?? (PathName.fileExtension(of: name).lowercased() == "png" ? "png" : "jpg")
      var candidate = "\(PathName.withoutExtension(name)).\(kind)"
      var number = 2
      while !taken.insert(candidate).inserted {
        candidate = "\(PathName.withoutExtension(name))-\(number).\(kind)"
        number += 1
      }
      names[path] = candidate
    }
  }

  /// Where what is made of an image goes: one of the paths, or the name of a stream's frame.
  package func path(for image: String) -> String {
    PathName.joined(folder, names[image] ?? name(ofFrame: PathName.lastComponent(of: image)))
  }

  private func name(ofFrame frame: String) -> String {
    format.map { "\(PathName.withoutExtension(frame)).\($0)" } ?? frame
  }
}
