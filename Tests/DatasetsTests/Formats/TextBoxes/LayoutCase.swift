import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Files of a data set as people hand it in, and the boxes that reading it has to give.
struct LayoutCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  /// Each image has pixels of its own.
  var images: [String]
  var texts: [String: String]
  /// From a link to what it leads to, both inside the folder, made in this order.
  var links: [(from: String, to: String)] = []
  /// What is read, relative to the folder.
  var path = ""
  var splits = SplitSelection.all
  /// By path of the image as it is read.
  var boxes: [String: Int]
  var findings: [DatasetFinding: Int] = [:]

  /// One box, in the middle.
  static let box = "0 0.5 0.5 0.2 0.4\n"

  func write(into folder: TemporaryFolder) throws -> String {
    for (index, name) in images.enumerated() {
      let color = (red: UInt8(index * 20), green: UInt8(80), blue: UInt8(120))
      try folder.write(RGBImage(size: ImageSize(width: 100, height: 80), color: color), to: name)
    }
    for (name, text) in texts { try folder.write(text, to: name) }
    for link in links {
      let place = URL(fileURLWithPath: folder.path(link.from))
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: folder.path(link.to))
    }
    return path.isEmpty ? folder.path : folder.path(path)
  }

  static let all = folders + links + names + dataFiles
}

extension LayoutCase {
  static let folders = [
    LayoutCase(
      testDescription: "images and labels inside each split, as Roboflow has it",
      images: ["train/images/a_jpg.rf.0f1e.png", "valid/images/b.v2.png", "test/images/c.png"],
      texts: [
        "train/labels/a_jpg.rf.0f1e.txt": box, "valid/labels/b.v2.txt": box + box, "test/labels/c.txt": "",
        "README.roboflow.txt": "exported", "data.yaml": "names: [bolt]",
      ],
      boxes: ["train/images/a_jpg.rf.0f1e.png": 1, "valid/images/b.v2.png": 1, "test/images/c.png": 0],
      findings: [.imageWithoutObjects: 1, .duplicateBox: 1]),
    LayoutCase(
      testDescription: "splits inside images and labels, one with a year",
      images: ["images/train2017/0.png", "images/val2017/0.png"],
      texts: ["labels/train2017/0.txt": box, "labels/val2017/0.txt": box, "classes.txt": "bolt"],
      boxes: ["images/train2017/0.png": 1, "images/val2017/0.png": 1]),
    LayoutCase(
      testDescription: "capital letters",
      images: ["Images/0.png"], texts: ["Labels/0.txt": box, "classes.txt": "bolt"], boxes: ["Images/0.png": 1]),
    LayoutCase(
      testDescription: "VOC's folders with YOLO's labels",
      images: ["JPEGImages/0.png"], texts: ["Annotations/0.txt": box, "classes.txt": "bolt"],
      boxes: ["JPEGImages/0.png": 1]),
    LayoutCase(
      testDescription: "both kinds of file in the folders of splits",
      images: ["train/0.png", "val/0.png"], texts: ["train/0.txt": box, "val/0.txt": "", "classes.txt": "bolt"],
      boxes: ["train/0.png": 1, "val/0.png": 0], findings: [.imageWithoutObjects: 1]),
    LayoutCase(
      testDescription: "labels one level below their images",
      images: ["train/0.png", "train/1.png"],
      texts: ["train/labels/0.txt": box, "train/labels/1.txt": box, "classes.txt": "bolt"],
      boxes: ["train/0.png": 1, "train/1.png": 1]),
    LayoutCase(
      testDescription: "a folder inside images, given alone",
      images: ["images/train/0.png", "images/val/1.png"],
      texts: ["labels/train/0.txt": box, "labels/val/1.txt": box, "classes.txt": "bolt"],
      path: "images/val", boxes: ["images/val/1.png": 1]),
    LayoutCase(
      testDescription: "labels that only their names place",
      images: ["images/a.png", "images/b.png"],
      texts: ["labels/part/a.txt": box, "labels/part/B.txt": box, "classes.txt": "bolt"],
      boxes: ["images/a.png": 1, "images/b.png": 1], findings: [.foundByName: 2]),
    LayoutCase(
      testDescription: "a label in another split belongs to nobody",
      images: ["images/train/a.png", "images/val/b.png"],
      texts: ["labels/train/a.txt": box, "labels/train/b.txt": box, "classes.txt": "bolt"],
      boxes: ["images/train/a.png": 1, "images/val/b.png": 0],
      findings: [.labelsWithoutImage: 1, .imageWithoutLabels: 1, .imageWithoutObjects: 1]),
  ]

  static let links = [
    LayoutCase(
      testDescription: "links to folders inside the one given",
      images: ["real/images/0.png"], texts: ["real/labels/0.txt": box, "set/classes.txt": "bolt"],
      links: [("set/images", "real/images"), ("set/labels", "real/labels")], path: "set",
      boxes: ["set/images/0.png": 1]),
    LayoutCase(
      testDescription: "a link as the path, links to files inside",
      images: ["store/x.png"], texts: ["set/labels/0.txt": box, "set/classes.txt": "bolt"],
      links: [("set/images/0.png", "store/x.png"), ("link", "set")], path: "link", boxes: ["link/images/0.png": 1]),
    LayoutCase(
      testDescription: "a link to a folder of images, whose labels are beside the folder itself",
      images: ["real/images/0.png"], texts: ["real/labels/0.txt": box, "classes.txt": "bolt"],
      links: [("pictures", "real/images")], path: "pictures", boxes: ["pictures/0.png": 1]),
    LayoutCase(
      testDescription: "one image by two paths is one image; a link to a folder above ends",
      images: ["images/0.png"], texts: ["labels/0.txt": box, "labels/1.txt": box, "classes.txt": "bolt"],
      links: [("images/1.png", "images/0.png"), ("images/up", "images")], boxes: ["images/0.png": 1],
      findings: [.duplicateImage: 1]),
  ]

  static let names = [
    LayoutCase(
      testDescription: "accents composed in one name and not in the other; the label of 1.png called 1.png.txt",
      images: ["images/caf\u{E9}.png", "images/1.png"],
      texts: ["labels/cafe\u{301}.txt": box, "labels/1.png.txt": box, "classes.txt": "bolt"],
      boxes: ["images/caf\u{E9}.png": 1, "images/1.png": 1]),
    LayoutCase(
      testDescription: "CSV with paths of Windows, in another case, and of an upload",
      images: ["images/p/a.png", "images/q/a.png", "images/b.png", "images/c.png"],
      texts: [
        "x.csv": """
        image,label,x1,y1,x2,y2
        C:\\Users\\me\\set\\q\\a.png,bolt,1,1,9,9
        IMAGES/B.PNG,bolt,1,1,9,9
        ../../label-studio/data/media/upload/4/aa11bb22-c.png,bolt,1,1,9,9
        """
      ],
      boxes: ["images/q/a.png": 1, "images/b.png": 1, "images/c.png": 1], findings: [.foundByName: 3]),
    LayoutCase(
      testDescription: "CVAT with the folders of its task, and a path with percent signs",
      images: ["images/a b.png", "images/frame.png"],
      texts: [
        "annotations.xml": """
        <annotations>
        <image name="task_1/images/frame.png" width="100" height="80">
        <box label="bolt" xtl="1" ytl="1" xbr="9" ybr="9"/></image>
        <image name="/data/local-files/?d=shelf%2Fa%20b.png" width="100" height="80">
        <box label="bolt" xtl="1" ytl="1" xbr="9" ybr="9"/></image>
        </annotations>
        """
      ],
      boxes: ["images/a b.png": 1, "images/frame.png": 1], findings: [.foundByName: 2]),
    LayoutCase(
      testDescription: "COCO as Label Studio and Windows write it",
      images: ["images/aa11bb22-one.png", "images/two.png"],
      texts: [
        "result.json": """
        {"images": [
          {"id": 0, "width": 100, "height": 80, "file_name": "images\\\\aa11bb22-one.png"},
          {"id": 1, "width": 100, "height": 80, "file_name": "\\\\\\\\server\\\\share\\\\two.png"}],
         "categories": [{"id": 0, "name": "bolt"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 0, "bbox": [1, 1, 9, 9], "iscrowd": 0, "area": 81}]}
        """
      ],
      boxes: ["images/aa11bb22-one.png": 0, "images/two.png": 1],
      findings: [.foundByName: 1, .imageWithoutObjects: 1]),
    LayoutCase(
      testDescription: "COCO whose paths begin above its own folder, with the other slash",
      images: ["train/a.png", "val/b.png"],
      texts: [
        "annotations/x.json": """
        {"images": [
          {"id": 0, "width": 100, "height": 80, "file_name": "train\\\\a.png"},
          {"id": 1, "width": 100, "height": 80, "file_name": "..\\\\val\\\\b.png"}],
         "categories": [{"id": 0, "name": "bolt"}], "annotations": []}
        """
      ],
      path: "annotations/x.json", boxes: ["train/a.png": 0, "val/b.png": 0], findings: [.imageWithoutObjects: 2]),
    LayoutCase(
      testDescription: "VOC in folders that are written small",
      images: ["images/a.png"],
      texts: [
        "annotations/a.xml": """
        <annotation><filename>..\\images\\a.png</filename><object><name>bolt</name><bndbox><xmin>1</xmin><ymin>1</ymin>
        <xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>
        """
      ],
      boxes: ["images/a.png": 1], findings: [.unstatedSize: 1]),
  ]

  static let dataFiles = [
    LayoutCase(
      testDescription: "Roboflow's data.yaml, whose paths begin with ../",
      images: ["train/images/a.png", "valid/images/b.png"],
      texts: [
        "train/labels/a.txt": box, "valid/labels/b.txt": box,
        "data.yaml": "train: ../train/images\nval: ../valid/images\ntest:\nnc: 1\nnames: ['bolt']",
      ],
      path: "data.yaml", boxes: ["train/images/a.png": 1, "valid/images/b.png": 1]),
    LayoutCase(
      testDescription: "a path of another machine; one split",
      images: ["images/train/a.png", "images/val/b.png"],
      texts: [
        "labels/train/a.txt": box, "labels/val/b.txt": box,
        "mine.yaml": "path: /content/datasets/mine\ntrain: images/train\nval: images/val\nnames:\n  0: bolt",
      ],
      path: "mine.yaml", splits: .evaluation, boxes: ["images/val/b.png": 1]),
    LayoutCase(
      testDescription: "a list of folders and lists, with ./, CRLF, a mark at the start, and paths of another machine",
      images: ["set/images/a.png", "set/images/b.png", "set/more/images/c.png"],
      texts: [
        "set/labels/a.txt": box, "set/labels/b.txt": box, "set/more/labels/c.txt": box,
        "set/train.txt": "\u{FEFF}./images/a.png \r\n\r\n# more\r\nC:\\data\\images\\b.png\r\n",
        "data.yaml": "path: set\ntrain:\n  - train.txt\n  - more/images\nnames: [bolt]",
      ],
      path: "data.yaml", splits: .training,
      boxes: ["set/images/a.png": 1, "set/images/b.png": 1, "set/more/images/c.png": 1], findings: [.foundByName: 1]),
    LayoutCase(
      testDescription: "an image in two splits",
      images: ["images/a.png", "images/b.png"],
      texts: [
        "labels/a.txt": box, "labels/b.txt": box, "train.txt": "images/a.png\nimages/b.png\nimages/a.png\n",
        "val.txt": "images/b.png", "data.yaml": "train: train.txt\nval: val.txt\nnames: [bolt]",
      ],
      path: "data.yaml", boxes: ["images/a.png": 1, "images/b.png": 1],
      findings: [.imageInTwoSplits: 1, .duplicateImage: 1]),
  ]
}
