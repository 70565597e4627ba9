/// Writes `Annotations/*.xml` and `classes.txt`, which keeps the order of the classes. Corners as they are, without VOC's
/// offset of one pixel, with all their digits.
enum VOCWriter {
  static func write(_ dataset: LabelledDataset, names: [String], to folder: String) throws {
    try DatasetOutput.makeFolder(folder + "/Annotations")
    for (image, name) in zip(dataset.images, names) {
      let path = "\(folder)/Annotations/\(FilePath.withoutExtension(name)).xml"
      try DatasetOutput.write(text(image, name: name, classes: dataset.classNames), to: path)
    }
    try DatasetOutput.write(dataset.classNames.map { $0 + "\n" }.joined(), to: folder + "/classes.txt")
  }

  private static func text(_ image: LabelledImage, name: String, classes: [String]) -> String {
    var lines = ["<annotation>", "  <filename>\(escaped(FilePath.lastComponent(of: name)))</filename>"]
    if image.isSizeKnown {
      lines += [
        "  <size>", "    <width>\(image.size.width)</width>", "    <height>\(image.size.height)</height>",
        "    <depth>3</depth>", "  </size>",
      ]
    }
    for object in image.objects {
      lines += [
        "  <object>", "    <name>\(escaped(classes[object.classIndex]))</name>",
        "    <difficult>\(object.isDifficult ? 1 : 0)</difficult>", "    <bndbox>",
        "      <xmin>\(object.box.x1.shortestText)</xmin>", "      <ymin>\(object.box.y1.shortestText)</ymin>",
        "      <xmax>\(object.box.x2.shortestText)</xmax>", "      <ymax>\(object.box.y2.shortestText)</ymax>",
        "    </bndbox>", "  </object>",
      ]
    }
    return (lines + ["</annotation>", ""]).joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
