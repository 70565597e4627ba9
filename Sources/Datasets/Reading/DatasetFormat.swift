/// How a dataset's labels are written down.
public enum DatasetFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// PASCAL VOC: one XML file an image, in `Annotations` with the images in `JPEGImages` or `Images` beside it, or all
  /// in one folder; also with folders inside both, as ImageNet has them. Coordinates are taken as written, as continuous corners: labelling programs write them so, whatever
  /// the 1-based pixel indices of the original challenge.
  case voc
  /// COCO: one JSON file; or a folder with one and the images, in a folder of their own or beside it.
  case coco
  /// One text file an image, in `labels` beside `images`, all in one folder, or in Darknet's `obj_train_data`:
  /// `class centre-x centre-y width height` a line, coordinates as fractions of the image's size.
  case yolo
  /// One text file an image, in `labels` beside `images`: `x1 y1 x2 y2 class` a line, whole pixels, classes from 1. The
  /// form of the DeepPCB set of printed-circuit defects.
  case deepPCB = "deeppcb"
  /// Open Images: one CSV file, `ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,…` a line, corners as
  /// fractions of the image's size. Reading it needs the images.
  case openImages = "openimages"
  /// The program's own CSV: `image,width,height,label,x1,y1,x2,y2,crowd,difficult` a line, corners in pixels with all their
  /// digits. A line with an empty label is an image without objects.
  case csv
  /// The XML (1.1, "for images" and "for video") of the labelling program CVAT. Only read.
  case cvat
  /// LabelMe: one JSON file an image, beside it, with a list of `shapes`. Only read.
  case labelMe = "labelme"
  /// Penn-Fudan: `PNGImages`, `PedMasks/*_mask.png` with the number of an object for every pixel, and `Annotation/*.txt` with boxes.
  /// Only read.
  case pennFudan = "pennfudan"
  /// One text file an image, `class` and a box a line, as evaluation programs exchange them: `x y width height` or
  /// `x1 y1 x2 y2` in pixels or YOLO's fractions (``TextBoxForm``), the class a name or an index. Only read; needs no
  /// images where the form of the boxes is stated or plain without.
  case text

  /// Whether ``LabelledDataset/write(to:format:images:)`` writes it.
  public var isWritable: Bool {
    switch self {
    case .voc, .coco, .yolo, .openImages, .csv: true
    case .deepPCB, .cvat, .labelMe, .pennFudan, .text: false
    }
  }

  /// The format's name in sentences.
  public var name: String {
    switch self {
    case .voc: "VOC XML"
    case .coco: "COCO JSON"
    case .yolo: "YOLO labels"
    case .deepPCB: "DeepPCB labels"
    case .openImages: "Open Images CSV"
    case .csv: "CSV"
    case .cvat: "CVAT XML"
    case .labelMe: "LabelMe JSON"
    case .pennFudan: "Penn-Fudan labels"
    case .text: "text files"
    }
  }
}
