/// A part of a dataset, as `data.yaml` and the folders of many exports name it.
public enum DatasetSplit: String, CaseIterable, Sendable, Hashable, Codable {
  case training = "train"
  case validation = "val"
  case test

  /// Nil where the word names no split. `valid`, `train2017` and Darknet's `obj_train_data` are read as what they mean.
  init?(word: some StringProtocol) {
    let letters = word.lowercased().drop { !$0.isLetter }.reversed().drop { !$0.isLetter }.reversed()
    switch String(letters) {
    case "train", "training", "obj_train_data": self = .training
    case "val", "valid", "validation", "obj_valid_data": self = .validation
    case "test", "testing", "obj_test_data": self = .test
    default: return nil
    }
  }

  /// The split that the two folders around a file name, as in `train/images/a.jpg` and `images/train/a.jpg`.
  ///
  /// - Parameter parts: The path's components, the file's own name last.
  init?(parts: [String]) {
    guard let split = parts.dropLast().suffix(2).reversed().lazy.compactMap({ DatasetSplit(word: $0) }).first else {
      return nil
    }
    self = split
  }
}

/// Which splits of a dataset are read. A folder that is given instead of a `data.yaml` is read whole unless one is named.
public enum SplitSelection: Sendable, Hashable {
  case all
  /// `train`.
  case training
  /// `val`; where the file has none `test`, and `train` where it has no other.
  case evaluation
  case only(DatasetSplit)
}
