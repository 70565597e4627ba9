/// Writes `labels/*.txt` and `data.yaml` with the class names as a list.
enum YOLOWriter {
  static func write(_ dataset: LabelledDataset, names: [String], to folder: String) throws {
    try DatasetOutput.makeFolder(folder + "/labels")
    for (image, name) in zip(dataset.images, names) {
      let (width, height) = (Double(image.size.width), Double(image.size.height))
      let lines = image.objects.map { object in
        let box = object.box
        let numbers = [box.centerX / width, box.centerY / height, box.width / width, box.height / height]
        return ([String(object.classIndex)] + numbers.map(\.shortestText)).joined(separator: " ") + "\n"
      }
      try DatasetOutput.write(lines.joined(), to: "\(folder)/labels/\(FilePath.withoutExtension(name)).txt")
    }
    // One folder for both: how to part the images is for others to decide.
    let lines = ["train: images", "val: images", "nc: \(dataset.classes.count)", "names:"]
    let listed = dataset.classNames.map { "  - '\($0.replacing("'", with: "''"))'" }
    try DatasetOutput.write((lines + listed + [""]).joined(separator: "\n"), to: folder + "/data.yaml")
  }
}
