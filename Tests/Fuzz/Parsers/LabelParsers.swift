import Datasets
import DetectionUtilities
import ImageCodecs

extension FuzzedParser {
  /// Labelled sets in every format that is read.
  static let labelParsers = [
    FuzzedParser(
      name: "coco", dictionary: jsonWords + cocoWords, seeds: cocoSeeds
    ) { bytes in
      _ = imageFolder("coco")
      let path = ScratchFolder.write(bytes, to: "coco/coco.json")
      if let dataset = try? COCOGroundTruthFile.read(from: path, needsImages: false) { _ = dataset }
      try readSet(path, .coco, bytes, writesAgain: true)
    },
    FuzzedParser(
      name: "runs", longestInput: 512, dictionary: ["[", "]", ",", "0", "9223372036854775807", "1099511627775"],
      seeds: [
        FuzzedInput.joined("12", "\"b1n0d0:P1\""), FuzzedInput.joined("12", "[0,12,180]"),
        FuzzedInput.joined("12", "\"T31k2\""),
      ]
    ) { bytes in
      // The pixels of an object, in a file that is good otherwise.
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      let file =
        #"{"images":[{"id":1,"file_name":"a.png","width":16,"height":12}],"categories":[{"id":1,"name":"a"}],"#.bytes
        + #""annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":{"size":["#.bytes + parts[0]
        + #",16],"counts":"#.bytes + parts[1] + "}}]}".bytes
      _ = imageFolder("runs")
      try readSet(ScratchFolder.write(file, to: "runs/coco.json"), .coco, bytes)
    },
    FuzzedParser(name: "voc", dictionary: xmlWords + vocWords, seeds: vocSeeds) { bytes in
      let folder = imageFolder("voc")
      let parts = FuzzedInput.parts(of: bytes, count: 3)
      ScratchFolder.place(parts[0], at: "voc/a.xml")
      ScratchFolder.place(parts[1], at: "voc/classes.txt")
      ScratchFolder.place(parts[2], at: "voc/labelmap.txt")
      try readSet(folder, .voc, bytes)
    },
    FuzzedParser(name: "cvat", dictionary: xmlWords + cvatWords, seeds: cvatSeeds) { bytes in
      _ = imageFolder("cvat")
      try readSet(ScratchFolder.write(bytes, to: "cvat/cvat.xml"), .cvat, bytes)
    },
    FuzzedParser(name: "labelme", dictionary: jsonWords + labelMeWords, seeds: labelMeSeeds) { bytes in
      let folder = imageFolder("labelme")
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      ScratchFolder.place(parts[0], at: "labelme/a.json")
      ScratchFolder.place(parts[1], at: "labelme/classes.txt")
      try readSet(folder, .labelMe, bytes)
    },
    FuzzedParser(name: "yolo", dictionary: numbers, seeds: yoloSeeds) { bytes in
      let folder = imageFolder("yolo")
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      ScratchFolder.place(parts[0], at: "yolo/a.txt")
      ScratchFolder.place(parts[1], at: "yolo/classes.txt")
      try readSet(folder, .yolo, bytes)
    },
    FuzzedParser(name: "data-yaml", dictionary: numbers + dataFileWords, seeds: dataFileSeeds) { bytes in
      let parts = FuzzedInput.parts(of: bytes, count: 3)
      // Not a walk through all of the machine's files.
      guard !leadsOut(parts[0]), !leadsOut(parts[1]) else { return }
      _ = imageFolder("data")
      ScratchFolder.place(parts[0], at: "data/data.yaml")
      ScratchFolder.place(parts[1], at: "data/list.txt")
      ScratchFolder.place(parts[2], at: "data/a.txt")
      _ = try LabelledDataset.splits(at: ScratchFolder.path + "/data/data.yaml")
      try readSet(ScratchFolder.path + "/data/data.yaml", .yolo, bytes)
    },
    FuzzedParser(
      name: "obj-data", dictionary: ["names", "=", "obj.names", "train", "\n"],
      seeds: [FuzzedInput.joined("classes = 2\nnames = data/obj.names\n", "a\nb\n", "0 0.5 0.5 0.2 0.2\n")]
    ) { bytes in
      _ = imageFolder("darknet")
      let parts = FuzzedInput.parts(of: bytes, count: 3)
      ScratchFolder.place(parts[0], at: "darknet/obj.data")
      ScratchFolder.place(parts[1], at: "darknet/obj.names")
      ScratchFolder.place(parts[2], at: "darknet/a.txt")
      try readSet(ScratchFolder.path + "/darknet/obj.data", .yolo, bytes)
    },
    FuzzedParser(name: "deeppcb", dictionary: numbers, seeds: ["1 2 5 7 3\n".bytes, "1,2,5,7,1\n2 2 3 3 2".bytes]) {
      bytes in
      let folder = imageFolder("deeppcb")
      _ = ScratchFolder.write(bytes, to: "deeppcb/a.txt")
      try readSet(folder, .deepPCB, bytes)
    },
    FuzzedParser(
      name: "text", dictionary: numbers + ["cat", "traffic light"],
      seeds: [
        "cat 9 2 5 7\ntraffic light 10 8 3 3\n".bytes, "0 0.5 0.5 0.25 0.5\n1 0.1 0.1 0.2 0.2".bytes,
        FuzzedInput.joined("0 9 2 5 9\n1 12 3 4 2", "cat\ndog\n"),
      ]
    ) { bytes in
      let folder = imageFolder("text")
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      ScratchFolder.place(parts[0], at: "text/a.txt")
      ScratchFolder.place(parts[1], at: "text/classes.txt")
      try readSet(folder, .text, bytes, boxes: bytes.first == UInt8(ascii: "0") ? .cornerSize : nil)
    },
    FuzzedParser(name: "csv", dictionary: numbers + csvWords, seeds: csvSeeds) { bytes in
      _ = imageFolder("csv")
      try readSet(ScratchFolder.write(bytes, to: "csv/labels.csv"), .csv, bytes, writesAgain: true)
    },
    FuzzedParser(name: "open-images", dictionary: numbers + csvWords, seeds: openImagesSeeds) { bytes in
      _ = imageFolder("open")
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      ScratchFolder.write(parts[0], to: "open/boxes.csv")
      ScratchFolder.place(parts[1], at: "open/class-descriptions.csv")
      try readSet(ScratchFolder.path + "/open/boxes.csv", .openImages, bytes)
    },
    FuzzedParser(
      name: "penn-fudan", dictionary: numbers + pennFudanWords, seeds: pennFudanSeeds
    ) { bytes in
      let folder = ScratchFolder.folder("penn")
      _ = imageFolder("penn/PNGImages")
      for name in ["Annotation", "PedMasks"] { _ = ScratchFolder.folder("penn/\(name)") }
      let map = LabelMap(
        size: ImageSize(width: 16, height: 12), indices: (0..<192).map { UInt8($0 / 16 % 3) })
      ScratchFolder.place((try? map.encodedPNG(palette: [])) ?? [], at: "penn/PedMasks/a_mask.png")
      _ = ScratchFolder.write(bytes, to: "penn/Annotation/a.txt")
      try readSet(folder, .pennFudan, bytes)
    },
    FuzzedParser(
      name: "panoptic", dictionary: jsonWords + cocoWords + ["\"segments_info\":", "\"isthing\":"], seeds: panopticSeeds
    ) { bytes in
      _ = imageFolder("panoptic")
      _ = ScratchFolder.folder("panoptic/set")
      var picture = RGBImage(size: ImageSize(width: 16, height: 12), color: (1, 0, 0))
      picture.pixels[3] = 2
      ScratchFolder.place((try? picture.encodedPNG()) ?? [], at: "panoptic/set/a.png")
      let path = ScratchFolder.write(bytes, to: "panoptic/set.json")
      guard try PanopticSet.isOne(path) else { return }
      try readSet(path, .coco, bytes)
      let set = try PanopticSet(groundTruth: path, predictions: path)
      var tally = PanopticTally(classCount: set.classes.count)
      for index in 0..<set.imageCount { try set.add(imageAt: index, to: &tally) }
    },
    FuzzedParser(
      name: "guess", dictionary: jsonWords + xmlWords + numbers,
      seeds: [
        #"0{"images":[],"annotations":[]}"#, #"0{"version":"5","shapes":[],"flags":{}}"#, "1<annotation/>",
        "2image,label,x1,y1,x2,y2\n", "30 0.5 0.5 0.1 0.1\n", "3cat 10 8 3 3\n",
      ].map(\.bytes)
    ) { bytes in
      // What a folder with one file of a stranger holds; the first byte says of which kind.
      guard let first = bytes.first else { return }
      let kind = ["json", "xml", "csv", "txt", "yaml"][Int(first &- 48) % 5]
      guard kind != "yaml" || !leadsOut(Array(bytes)) else { return }
      let folder = imageFolder("guess-\(kind)")
      ScratchFolder.place(Array(bytes.dropFirst()), at: "guess-\(kind)/a.\(kind)")
      let format = try DatasetFormat.guess(at: folder)
      _ = try LabelledDataset.read(at: folder, format: format)
    },
  ]

  /// A folder with one image of 16×12 pixels, `a.png`.
  private static func imageFolder(_ name: String) -> String {
    let folder = ScratchFolder.folder(name)
    if !made.contains(name) {
      made.insert(name)
      let pixels = (0..<3 * 16 * 12).map { UInt8(truncatingIfNeeded: 7 * $0) }
      let image = RGBImage(size: ImageSize(width: 16, height: 12), pixels: pixels)
      try? image.write(to: folder + "/a.png")
    }
    return folder
  }

  nonisolated(unsafe) private static var made: Set<String> = []

  /// Whether a path in the text may lead out of the folder: `/…` or `..`.
  private static func leadsOut(_ text: [UInt8]) -> Bool {
    let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
    return text.indices.contains { index in
      let before = index > 0 ? text[index - 1] : 0x20
      return text[index] == dot && before == dot
        || text[index] == slash && before != dot && !(97...122).contains(before)
        || text[index] == UInt8(ascii: "\\")
    }
  }

  /// Reads a set strictly, some of them also as an audit does, which goes on behind what is wrong, or for a model that
  /// has its own classes: all three for every input would be a third as many inputs.
  private static func readSet(
    _ path: String, _ format: DatasetFormat, _ bytes: UnsafeRawBufferPointer, boxes: TextBoxForm? = nil,
    writesAgain: Bool = false
  ) throws {
    // Half of them with the pixels of objects.
    let options = DatasetReadingOptions(
      requiresImages: ![.coco, .csv, .cvat].contains(format), boxes: boxes, readsMasks: FuzzedInput.isOne(of: 2, bytes))
    let strict = Result { try LabelledDataset.read(at: path, format: format, options: options) }
    if FuzzedInput.isOne(of: 4, bytes) {
      let audited = Result { try DatasetAuditor(threads: 1).audit(at: path, format: format, boxes: boxes) }
      // What can be read strictly can be audited.
      if case .success = strict { _ = try audited.get() }
    }
    let dataset = try strict.get()
    _ = dataset.evaluationGroundTruth()
    if FuzzedInput.isOne(of: 8, bytes) {
      let classes = ["dog", "owl", "cat", "a", "c"]
      _ = try? LabelledDataset.read(at: path, format: format, classes: classes, options: options)
      if writesAgain { try readAgain(dataset) }
    }
  }

  /// Writes a set as COCO JSON, which loses nothing, and reads it again.
  private static func readAgain(_ dataset: LabelledDataset) throws {
    let path = ScratchFolder.path + "/again.json"
    ScratchFolder.place([], at: "again.json")
    guard (try? dataset.write(to: path, format: .coco, images: ImageTransfer.none)) != nil else { return }
    let again = try LabelledDataset.read(
      at: path, format: .coco, options: DatasetReadingOptions(requiresImages: false, treatment: .asWritten))
    expect(again.objectCount == dataset.objectCount, "\(dataset.objectCount) objects, written \(again.objectCount)")
    expect(again.images.count == dataset.images.count, "\(dataset.images.count) images, written \(again.images.count)")
  }
}
