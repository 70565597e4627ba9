/// Why a training run stopped or did not start.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A loss, an activation or a gradient became infinite or undefined. `images` are the files of the batch; `epoch`
  /// and `step` count from 1. The last checkpoint is from before.
  case nonFinite(tensor: String, images: [String], epoch: Int, step: Int)
  /// The output folder holds a run already, and resuming was not asked for.
  case folderInUse(String)
  /// Another run is writing into the output folder at this moment.
  case folderLocked(String)
  /// The output folder cannot be made or written to.
  case unwritable(path: String, reason: String)
  /// There are fewer training images than one batch takes.
  case noBatches
  /// The log of the run that is resumed has other columns.
  case differentLogColumns(path: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .nonFinite(let tensor, let images, let epoch, let step):
      "epoch \(epoch), step \(step): \(tensor) is not finite; a lower learning rate or a gradient clip norm may help. "
        + "Images of the batch: \(images.joined(separator: ", "))"
    case .folderInUse(let path): "\(path) holds a training run: resume it, or choose another output folder"
    case .folderLocked(let path):
      "\(path): another run trains into this folder at the moment; wait for its end, or choose another folder"
    case .unwritable(let path, let reason): "\(path): \(reason)"
    case .noBatches: "the training images do not fill one batch"
    case .differentLogColumns(let path, let found, let expected):
      "\(path): columns \"\(found)\", expected \"\(expected)\""
    }
  }
}
