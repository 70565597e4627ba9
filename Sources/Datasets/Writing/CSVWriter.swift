import Files

/// Writes the program's own CSV, ``CSVReader``'s counterpart: `labels.csv` and `classes.txt` in a folder, or the labels alone.
enum CSVWriter {
  static func write(_ dataset: LabelledDataset, names: [String], to path: String, isOneFile: Bool) throws {
    let objects = dataset.images.lazy.flatMap(\.objects)
    let hasAreas = objects.contains { $0.area != $0.box.area }
    let attributes = Set(objects.flatMap(\.attributes.keys)).sorted()
    var columns = CSVReader.columns
    if hasAreas { columns.append("area") }
    columns += attributes.map { CSVReader.attributePrefix + $0 }

    var table = CSVOutput(header: columns)
    for (image, name) in zip(dataset.images, names) {
      let size = image.isSizeKnown ? [String(image.size.width), String(image.size.height)] : ["", ""]
      let start = [name] + size
      if image.objects.isEmpty {
        table.append(start + Array(repeating: "", count: columns.count - start.count))
      }
      for object in image.objects {
        let corners = [object.box.x1, object.box.y1, object.box.x2, object.box.y2].map(\.shortestText)
        var fields = start + [dataset.classNames[object.classIndex]] + corners
        fields += [object.isCrowd ? "1" : "0", object.isDifficult ? "1" : "0"]
        if hasAreas { fields.append(object.area.shortestText) }
        fields += attributes.map { object.attributes[$0]?.shortestText ?? "" }
        table.append(fields)
      }
    }
    guard !isOneFile else { return try DatasetOutput.write(table.text, to: path) }
    try DatasetOutput.write(table.text, to: path + "/labels.csv")
    try DatasetOutput.write(dataset.classNames.map { $0 + "\n" }.joined(), to: path + "/classes.txt")
  }
}
