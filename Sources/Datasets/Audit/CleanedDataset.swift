import Files
import Foundation

/// A copy of an audited dataset without its errors. The dataset itself is left as it is.
///
/// Bad boxes are left out or clipped, segmentations that are no mask left out, annotations numbered from 1; images that cannot
/// be decoded, that repeat another or one of the set audited against, or whose labels were made for another size are left out. Warnings change nothing.
public struct CleanedDataset {
  static let changesFileName = "changes.json"

  private let changes: [ProposedChange]
  private let images: [LabelledImage]
  private let classes: [ObjectClass]

  /// - Throws: ``DatasetError`` where the boxes seem to be in another form than the format's: then every box is wrong,
  ///   and leaving out those that show it would hide it.
  public init(_ report: DatasetAuditReport) throws {
    if let doubt = report.entries.first(where: { $0.finding == .suspectedBoxForm }) {
      throw DatasetError(
        path: report.path,
        problem: "cannot be cleaned: its boxes seem to be written in another form (\(doubt.place.detail ?? "")); "
          + "convert them, or state the format")
    }
    changes = report.entries.compactMap { ProposedChange($0) }
    let dropped = Set(
      report.entries.filter { $0.finding.remedy == .removeImage && !CleanedDataset.concernsListing($0.finding) }
        .compactMap(\.place.image))
    images = report.dataset.images.filter { !dropped.contains($0.path) }
    classes = report.dataset.classes
  }

  /// Whether an entry in a list is wrong rather than the image: the image may be there under another entry.
  private static func concernsListing(_ finding: DatasetFinding) -> Bool {
    finding == .duplicateImage || finding == .repeatedImageID
  }

  public var changeCount: Int { changes.count }

  /// The proposed changes as a JSON list.
  public func writePatch(to path: String) throws { try OutputFile.writeJSON(changes, to: path) }

  /// `instances.json` (COCO), `changes.json`, and `images` with a symbolic link to every image that is kept.
  ///
  /// The folder appears whole or not at all.
  ///
  /// - Parameter folder: New or empty; the folders around it are made where they are missing.
  /// - Throws: `OutputError` where something cannot be written.
  public func write(to folder: String) throws {
    let parent = FilePath.folder(of: FilePath.absolute(folder))
    do {
      try DatasetOutput.makeFolder(parent)
    } catch {
      throw OutputError(.refused, path: folder, reason: error.localizedDescription)
    }
    try DatasetOutput.writeFolder(to: folder) { partial in
      let linked = try linkImages(in: FilePath.joined(partial, "images"))
      let labels = COCOGroundTruthFile(
        dataset: LabelledDataset(classes: classes, images: linked), relativeTo: FilePath.joined(partial, "images"))
      try labels.write(to: FilePath.joined(partial, "instances.json"))
      try writePatch(to: FilePath.joined(partial, CleanedDataset.changesFileName))
    }
  }

  /// - Returns: The images as the copy has them, areas no larger than the boxes.
  private func linkImages(in folder: String) throws -> [LabelledImage] {
    var used: Set<String> = []
    var linked = images
    try DatasetOutput.makeFolder(folder)
    for index in linked.indices {
      let path = linked[index].path
      var name = FilePath.lastComponent(of: path)
      if !used.insert(name).inserted {
        name = "\(linked[index].id)-\(name)"
        used.insert(name)
      }
      let link = FilePath.joined(folder, name)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      linked[index].path = link
      for object in linked[index].objects.indices {
        let box = linked[index].objects[object].box
        linked[index].objects[object].area = min(linked[index].objects[object].area, box.area)
      }
    }
    return linked
  }
}
