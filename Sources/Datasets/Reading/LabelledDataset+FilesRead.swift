extension LabelledDataset {
  /// Whether reading a set may read a file that lies in its folder: an image, labels, a list of names.
  ///
  /// False for what is left beside the labels: reports, tables of other things, pages, models. By the file's extension, and
  /// by its first keys or columns where that does not tell.
  public static func mayRead(_ path: String) -> Bool {
    switch FilePath.fileExtension(of: path) {
    case "html", "jsonl", "safetensors", "onnx", "weights": return false
    // COCO's in a folder of that name are read whatever they hold.
    case "json":
      return FilePath.lastComponent(of: FilePath.folder(of: path)).lowercased() == "annotations"
        || COCOReader.mayHoldLabels(path)
    case "csv":
      let name = FilePath.lastComponent(of: path)
      if name == "labels.csv" || name.contains("class-descriptions") { return true }
      return (try? CSVFile.header(of: path)).map { DatasetFormat.table($0) != nil } ?? true
    default: return true
    }
  }
}
