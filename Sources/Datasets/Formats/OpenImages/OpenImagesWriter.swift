import Files

/// Writes `boxes.csv` and `class-descriptions.csv` in the form of Open Images, or the boxes alone. What nobody measured is
/// -1, as there. Classes are called by their names in both files: ids such as `/m/01g317` are given by Open Images alone.
enum OpenImagesWriter {
  static let columns = [
    "ImageID", "Source", "LabelName", "Confidence", "XMin", "XMax", "YMin", "YMax", "IsOccluded", "IsTruncated",
    "IsGroupOf", "IsDepiction", "IsInside",
  ]

  static func write(_ dataset: LabelledDataset, names: [String], to path: String, isOneFile: Bool) throws {
    var table = CSVOutput(header: columns)
    for (image, name) in zip(dataset.images, names) {
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      for object in image.objects {
        let box = object.box
        func flag(_ name: String) -> String {
          switch object.attributes[name] {
          case 0: "0"
          case 1: "1"
          default: "-1"
          }
        }
        let fractions = [box.x1 / width, box.x2 / width, box.y1 / height, box.y2 / height].map(\.shortestText)
        let start = [name, "", dataset.classNames[object.classIndex], "1"]
        let flags = [
          flag("IsOccluded"), flag("IsTruncated"), object.isCrowd ? "1" : "0", flag("IsDepiction"), flag("IsInside"),
        ]
        table.append(start + fractions + flags)
      }
    }
    guard !isOneFile else { return try DatasetOutput.write(table.text, to: path) }
    try DatasetOutput.write(table.text, to: path + "/boxes.csv")
    var classes = CSVOutput(header: ["LabelName", "DisplayName"])
    for name in dataset.classNames { classes.append([name, name]) }
    try DatasetOutput.write(classes.text, to: path + "/class-descriptions.csv")
  }
}
