import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs

/// A small COCO set of the classes red and blue, to be spoilt.
struct AuditFixture {
  let folder = try! TemporaryFolder()
  var images: [String] = []
  var annotations: [String] = []

  /// Two images of 64×64 with a rectangle and ten boxes each.
  init() throws {
    var generator = SeededGenerator(seed: 8)
    for image in 1...2 {
      _ = try folder.writeImage("data/images/\(image).png", generator: &generator)
      addImage(id: image)
      for box in 0..<10 {
        addBox("\(2 + 12 * (box % 5)), \(8 + 30 * (box / 5)), 8, 20", id: 10 * image + box, image: image)
      }
    }
  }

  mutating func addImage(id: Int, name: String? = nil, width: Int = 64, height: Int = 64) {
    images.append(
      #"{"id": \#(id), "file_name": "\#(name ?? "\(id).png")", "width": \#(width), "height": \#(height)}"#)
  }

  mutating func addBox(_ box: String, id: Int = 7, image: Int = 1, category: Int? = nil) {
    annotations.append(
      #"{"id": \#(id), "image_id": \#(image), "category_id": \#(category ?? 1 + id % 2), "bbox": [\#(box)]}"#)
  }

  /// The folder of the set.
  func write() throws -> String {
    let text = """
      {"images": [
      \(images.joined(separator: ",\n"))],
      "categories": [{"id": 1, "name": "red"}, {"id": 2, "name": "blue"}],
      "annotations": [
      \(annotations.joined(separator: ",\n"))]}
      """
    _ = try folder.write(text, to: "data/instances.json")
    return folder.path("data")
  }
}
