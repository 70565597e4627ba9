import Datasets
import Files
import Foundation
import ImageCodecs

/// The images that a user named: files as they are, folders by what they hold.
enum ImageFiles {
  /// Paths in the order given, folders sorted by name and searched to any depth.
  ///
  /// Pictures of kinds that are not read are among them, so that each is reported. Says on standard error what kinds
  /// these are, and which files are called something else than they are.
  static func find(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths {
      guard FileManager.default.fileExists(atPath: path) else {
        throw MissingInput(path: path, expected: "an image (\(ImageFormat.list)) or a folder of images")
      }
      if FileIdentity.isFolder(path) { found += try images(inside: path) } else { found.append(path) }
    }
    for remark in remarks(on: found) { printError("peregrine: \(remark)") }
    return found
  }

  private static func images(inside folder: String) throws -> [String] {
    var unreadable: [String] = []
    let isImage = { (name: String) in
      let suffix = ImageFileExtension.of(name)
      return ImageFileExtension.read.contains(suffix) || ImageFileExtension.unread.contains(suffix)
    }
    guard let inside = FolderListing.files(within: folder, where: isImage, unreadable: { unreadable.append($0) }) else {
      throw NoImages(path: folder, problem: "this folder cannot be listed")
    }
    if let inner = unreadable.first { throw NoImages(path: inner, problem: "this folder cannot be listed") }
    if inside.isEmpty {
      throw NoImages(path: folder, problem: "there is no image in this folder; expected \(ImageFormat.list) files")
    }
    return inside.map { PathName.joined(folder, $0) }
  }

  /// What to say of files before they are worked on: at most two sentences.
  static func remarks(on files: [String]) -> [String] {
    var misnamed: [String] = []
    var unread: [String: Int] = [:]
    for file in files {
      let suffix = ImageFileExtension.of(file)
      if let format = ImageFormat(contentsOf: file) {
        if let misnaming = format.misnaming(of: file) { misnamed.append("\(file) \(misnaming)") }
      } else if ImageFileExtension.unread.contains(suffix) {
        unread[suffix, default: 0] += 1
      }
    }
    var remarks: [String] = []
    if !misnamed.isEmpty {
      let listed = misnamed.prefix(3).joined(separator: "; ") + (misnamed.count > 3 ? "; …" : "")
      remarks.append("\(count(misnamed.count)) read by content, not by name: \(listed)")
    }
    if !unread.isEmpty {
      let kinds = unread.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ".\($0.key) \($0.value)" }
      let total = unread.values.reduce(0, +)
      remarks.append("\(count(total)) of kinds that are not read: \(kinds.joined(separator: ", "))")
    }
    return remarks
  }

  /// What to say of images that a labelled set has, and that were left out because they cannot be read.
  static func imagesLeftOut(of dataset: LabelledDataset) -> [String] {
    let audit = dataset.audit
    return [DatasetFinding.unreadableImage, .truncatedImage, .missingImage].filter { audit[$0] > 0 }.map { finding in
      let places = audit.firstPlaces[finding] ?? []
      let rest = audit[finding] - places.count
      let lines = places.map { "\n  " + $0 }.joined() + (rest > 0 ? "\n  and \(rest) more" : "")
      return "\(audit[finding]) × \(finding.explanation), left out:" + lines
    }
  }

  private static func count(_ files: Int) -> String { files == 1 ? "1 file" : "\(files) files" }

  struct NoImages: Error, CustomStringConvertible {
    var path: String
    var problem: String
    var description: String { "\(path): \(problem)" }
  }
}
