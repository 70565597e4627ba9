import DetectionUtilities

/// Reads Darknet's label files: `class centre-x centre-y width height` a line, fractions of the image's size.
///
/// A line with three or more points after the class is a polygon, as newer labelling programs write them; the box around
/// it is taken.
enum YOLOReader {
  static func read(
    at path: String, classes fixedNames: [String]?, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    let files = try YOLOFiles(at: path, options: options, audit: &audit)
    let names = files.names
    var images: [DatasetSource.Image] = []
    var largestIndex = -1
    for (image, label) in files.pairs {
      var objects: [DatasetSource.Object] = []
      if let label {
        for line in try TextFile(path: label).lines where !line.fields.isEmpty {
          let labelled = try audit.tolerating(image: image) { audit in
            let object = try object(in: line, path: label, audit: &audit)
            if names == nil, let fixedNames, let index = object.classIndex, index >= fixedNames.count {
              throw DatasetError(
                path: label, line: line.number,
                problem: "class index \(index), but the list has \(fixedNames.count) classes; expected one of "
                  + fixedNames.enumerated().map { "\($0.offset) → \($0.element)" }.joined(separator: ", ")
                  + ". Ids with gaps, such as COCO's 1 to 90, are no indices")
            }
            return object
          }
          guard let object = labelled else { continue }
          largestIndex = max(largestIndex, object.classIndex ?? 0)
          objects.append(object)
        }
      }
      images.append(DatasetSource.Image(path: image, labelPath: label, boxesAreFractions: true, objects: objects))
    }
    for (index, split) in files.splits.enumerated() { images[index].split = split }
    // Without a file of names the given list is the list; without that the indices have to do.
    let listed = names ?? fixedNames ?? (0..<max(largestIndex + 1, 0)).map { "class \($0)" }
    for image in images.indices {
      for object in images[image].objects.indices
      where (images[image].objects[object].classIndex ?? 0) >= listed.count {
        images[image].objects[object].classIndex = nil
      }
    }
    return DatasetSource(
      classes: listed.enumerated().map { ObjectClass(id: $0.offset, name: $0.element) }, images: images,
      boxForm: .centreAndSize)
  }

  private static func object(
    in line: TextFile.Line, path: String, audit: inout DatasetAudit
  ) throws -> DatasetSource.Object {
    func failure(_ problem: String) -> DatasetError { DatasetError(path: path, line: line.number, problem: problem) }
    let fields = line.fields
    guard fields.count == 5 || fields.count >= 7 && fields.count.isMultiple(of: 2) == false else {
      throw failure("\(fields.count) fields; expected 'class centre-x centre-y width height', or a class and points")
    }
    guard let classIndex = Int(fields[0]), classIndex >= 0 else {
      throw failure("'\(fields[0])' is no class index; expected a whole number from 0")
    }
    let numbers = try fields.dropFirst().map { field in
      guard let number = Double(field) else { throw failure("'\(field)' is not a number") }
      return number
    }
    if let large = numbers.first(where: { abs($0) > 2 && $0.isFinite }) {
      throw failure("\(large) is no fraction of the image's size; expected numbers from 0 to 1")
    }
    if numbers.count == 4 {
      let box = BoundingBox(
        x1: numbers[0] - numbers[2] / 2, y1: numbers[1] - numbers[3] / 2, x2: numbers[0] + numbers[2] / 2,
        y2: numbers[1] + numbers[3] / 2)
      return DatasetSource.Object(box: box, classIndex: classIndex, line: line.number)
    }
    audit.add(.polygonLabel, at: DatasetPlace(file: path, line: line.number))
    var box = BoundingBox(x1: numbers[0], y1: numbers[1], x2: numbers[0], y2: numbers[1])
    for point in stride(from: 0, to: numbers.count, by: 2) {
      box.x1 = numbers[point] >= box.x1 ? box.x1 : numbers[point]
      box.x2 = numbers[point] <= box.x2 ? box.x2 : numbers[point]
      box.y1 = numbers[point + 1] >= box.y1 ? box.y1 : numbers[point + 1]
      box.y2 = numbers[point + 1] <= box.y2 ? box.y2 : numbers[point + 1]
    }
    return DatasetSource.Object(box: box, classIndex: classIndex, line: line.number)
  }
}
