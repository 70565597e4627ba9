/// The 80 classes of COCO (Lin et al. 2014): their names, and the ids that its files have, which skip numbers.
public enum COCOClasses {
  /// In the order of the ids.
  public static let all: [ModelFile.Label] = zip(names, ids).map { ModelFile.Label(name: $0, id: $1) }

  /// The name that COCO has for a class, where a name is one that other programs write for it: Darknet's lists keep
  /// VOC's ("aeroplane").
  public static func canonicalName(_ name: String) -> String { synonyms[name] ?? name }

  /// The classes under the names given, with COCO's ids; nil where the names are not COCO's in COCO's order.
  public static func labels(named given: [String]) -> [ModelFile.Label]? {
    guard given.map(canonicalName) == names else { return nil }
    return zip(given, ids).map { ModelFile.Label(name: $0, id: $1) }
  }

  private static let synonyms = [
    "motorbike": "motorcycle", "aeroplane": "airplane", "sofa": "couch", "pottedplant": "potted plant",
    "diningtable": "dining table", "tvmonitor": "tv",
  ]

  private static let names = [
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet",
    "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
  ]

  /// 1 to 90 without the ten that were never released.
  private static let ids = (1...90).filter { ![12, 26, 29, 30, 45, 66, 68, 69, 71, 83].contains($0) }
}
