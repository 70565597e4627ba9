import Datasets
import DetectionUtilities
import Files
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct DatasetWritingTests {
  /// Names with spaces, commas, quotes and letters of other tongues; an empty image, a crowd, a difficult object, an
  /// area of a mask, an attribute, sides that no short decimal fraction hits, a class without boxes, ids with gaps.
  static func awkward(in folder: TemporaryFolder) throws -> LabelledDataset {
    func image(_ id: Int, _ name: String, _ width: Int, _ height: Int, _ objects: [LabelledObject]) throws
      -> LabelledImage
    {
      let path = try folder.writeImage("source/" + name, width: width, height: height)
      return LabelledImage(id: id, path: path, size: ImageSize(width: width, height: height), objects: objects)
    }
    var measured = LabelledObject(
      annotationID: 4, box: BoundingBox(x1: 0.1, y1: 1.0 / 3, x2: 33.333333333333336, y2: 46.99999999999999),
      classIndex: 2, area: 12.5)
    measured.attributes = ["visible_fraction": 0.37]
    return LabelledDataset(
      classes: [
        ObjectClass(id: 3, name: "traffic light, \"red\""), ObjectClass(id: 7, name: "Ampel & <Zeichen>"),
        ObjectClass(id: 8, name: "d'été #1"), ObjectClass(id: 12, name: "no"),
      ],
      images: [
        try image(
          5, "a b, c.png", 101, 83,
          [
            LabelledObject(
              annotationID: 1, box: BoundingBox(x1: 0, y1: 0, x2: 101, y2: 83), classIndex: 0, isCrowd: true),
            LabelledObject(
              annotationID: 2, box: BoundingBox(x1: 12.25, y1: 7.7, x2: 100.9, y2: 8.1), classIndex: 1,
              isDifficult: true),
          ]),
        try image(6, "leer.png", 10, 9, []),
        try image(9, "ünï cödé.png", 35, 47, [measured]),
      ])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var format: DatasetFormat
    var losses: [ConversionLoss: Int]
    var testDescription: String { format.rawValue }
  }

  @Test(
    "boxes come back to 1e-9 pixels from every format, flags where it holds them, and what it loses is counted",
    arguments: [
      Case(format: .coco, losses: [.difficultFlag: 1]),
      Case(format: .csv, losses: [.imageID: 3, .classID: 4]),
      Case(format: .voc, losses: [.crowdFlag: 1, .area: 1, .attribute: 1, .imageID: 3, .classID: 4]),
      Case(
        format: .yolo, losses: [.crowdFlag: 1, .difficultFlag: 1, .area: 1, .attribute: 1, .imageID: 3, .classID: 4]),
      Case(
        format: .openImages,
        losses: [.difficultFlag: 1, .area: 1, .attribute: 1, .imageID: 3, .classID: 4, .emptyImage: 1]),
    ])
  func roundTrip(test: Case) throws {
    let folder = try TemporaryFolder()
    let dataset = try Self.awkward(in: folder)
    let output = folder.path("out")
    let report = try dataset.write(to: output, format: test.format, images: .copy)
    #expect(report.losses == test.losses)
    #expect(report.imageCount == 3)
    #expect(report.boxCount == 3)
    // Nothing of the source is needed any more.
    try FileManager.default.removeItem(atPath: folder.path("source"))
    #expect(try DatasetFormat.guess(at: output) == test.format)
    let again = try LabelledDataset.read(at: output, options: DatasetReadingOptions(treatment: .asWritten))
    #expect(again.classNames == dataset.classNames)
    #expect(again.images.map(\.fileName) == dataset.images.map(\.fileName))
    #expect(again.images.map(\.size) == dataset.images.map(\.size))
    for (left, right) in zip(again.images, dataset.images) {
      #expect(left.objects.map(\.classIndex) == right.objects.map(\.classIndex))
      for (found, written) in zip(left.objects, right.objects) {
        let differences = [
          found.box.x1 - written.box.x1, found.box.y1 - written.box.y1, found.box.x2 - written.box.x2,
          found.box.y2 - written.box.y2,
        ]
        #expect(differences.allSatisfy { abs($0) < 1e-9 }, "\(found.box) \(written.box)")
        if test.format == .csv || test.format == .voc { #expect(found.box == written.box) }
        #expect(found.isCrowd == (written.isCrowd && test.losses[.crowdFlag] == nil))
        #expect(found.isDifficult == (written.isDifficult && test.losses[.difficultFlag] == nil))
        if test.losses[.area] == nil { #expect(found.area == written.area) }
        if test.losses[.attribute] == nil { #expect(found.attributes == written.attributes) }
      }
    }
    if test.format == .coco {
      #expect(again.images.map(\.id) == [5, 6, 9])
      #expect(again.classes.map(\.id) == [3, 7, 8, 12])
    }
  }

  @Test("one CSV file has no place for the order of classes, nor for one without boxes")
  func oneFile() throws {
    let folder = try TemporaryFolder()
    let dataset = try Self.awkward(in: folder)
    let report = try dataset.write(to: folder.path("out.csv"), format: .csv)
    #expect(report.losses == [.imageID: 3, .classID: 4, .classOrder: 1, .unusedClass: 1])
    #expect(report.summary.contains("lost: 1 class without boxes has no place in CSV without a folder"))
    let again = try LabelledDataset.read(
      at: folder.path("out.csv"), options: DatasetReadingOptions(imagesFolder: folder.path("source")))
    #expect(again.classNames == ["Ampel & <Zeichen>", "d'été #1", "traffic light, \"red\""])
    #expect(again.images.count == 3)
    #expect(try dataset.write(to: folder.path("out.json"), format: .coco).losses == [.difficultFlag: 1])
    #expect(throws: DatasetError.self) { try dataset.write(to: folder.path("b.json"), format: .coco, images: .copy) }
  }

  @Test("Open Images' flags come back as attributes, -1 where nobody knows")
  func openImagesFlags() throws {
    let folder = try TemporaryFolder()
    let path = try folder.writeImage("a.png")
    var object = LabelledObject(annotationID: 1, box: BoundingBox(x1: 5, y1: 5, x2: 9, y2: 9), classIndex: 0)
    object.attributes = ["IsOccluded": 1, "IsInside": 0]
    let image = LabelledImage(id: 1, path: path, size: ImageSize(width: 100, height: 80), objects: [object])
    let dataset = LabelledDataset(classes: [ObjectClass(id: 1, name: "cat")], images: [image])
    #expect(try dataset.write(to: folder.path("out"), format: .openImages, images: .link).losses.isEmpty)
    let text = try String(contentsOfFile: folder.path("out/boxes.csv"), encoding: .utf8)
    #expect(text.hasSuffix("\na.png,,cat,1,0.05,0.09,0.0625,0.1125,1,-1,0,-1,0\n"))
    let again = try LabelledDataset.read(at: folder.path("out"))
    #expect(again.images[0].objects[0].attributes == object.attributes)
  }

  @Test("YOLO links the images, by their absolute paths; folders with equal names inside are kept apart")
  func links() throws {
    let folder = try TemporaryFolder()
    let size = ImageSize(width: 100, height: 80)
    let images = try ["x", "y"].enumerated().map { index, part in
      LabelledImage(
        id: index + 1, path: try folder.writeImage("in/\(part)/1.png"), size: size,
        objects: [
          LabelledObject(
            annotationID: index + 1, box: BoundingBox(x1: 10, y1: 20, x2: 30, y2: 40 + Double(index)), classIndex: 0)
        ])
    }
    let dataset = LabelledDataset(classes: [ObjectClass(id: 0, name: "cat")], images: images)
    let report = try dataset.write(to: folder.path("out"), format: .yolo)
    #expect(report.images == .link)
    #expect(report.losses.isEmpty)
    let linked = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("out/images/y/1.png"))
    #expect(linked == images[1].path)
    #expect(
      try String(contentsOfFile: folder.path("out/labels/x/1.txt"), encoding: .utf8) == "0 0.2 0.375 0.2 0.25\n")
    let again = try LabelledDataset.read(at: folder.path("out"))
    #expect(again.images.map { $0.objects[0].box.y2.rounded() } == [40, 41])
    for format in [DatasetFormat.voc, .coco, .csv, .openImages] {
      try dataset.write(to: folder.path(format.rawValue), format: format, images: .link)
      let other = try LabelledDataset.read(at: folder.path(format.rawValue))
      #expect(other.images.map { $0.objects.map { $0.box.y2.rounded() } } == [[40], [41]], "\(format)")
    }
  }

  @Test("a refused dataset leaves nothing behind")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "full/x")
    try folder.write("x", to: "full.csv")
    let size = ImageSize(width: 100, height: 80)
    func dataset(
      path: String = "/nowhere/a.png", name: String = "cat", isSizeKnown: Bool = true, x2: Double = 20
    ) -> LabelledDataset {
      let object = LabelledObject(annotationID: 1, box: BoundingBox(x1: 1, y1: 2, x2: x2, y2: 4), classIndex: 0)
      return LabelledDataset(
        classes: [ObjectClass(id: 1, name: name)],
        images: [LabelledImage(id: 1, path: path, size: size, isSizeKnown: isSizeKnown, objects: [object])])
    }
    for path in ["full", "full.csv", "none/out"] {
      #expect(throws: OutputError.self) { try dataset().write(to: folder.path(path), format: .csv) }
    }
    let cases: [(LabelledDataset, DatasetFormat, ImageTransfer?, String)] = [
      (dataset(), .yolo, nil, "there is no such image"), (dataset(), .cvat, nil, "only read"),
      (dataset(isSizeKnown: false), .yolo, ImageTransfer.none, "size is not known"),
      (dataset(x2: 201), .openImages, nil, "further outside"), (dataset(name: " cat"), .voc, nil, "white space"),
    ]
    for (dataset, format, images, problem) in cases {
      let error = try #require(throws: DatasetError.self) {
        try dataset.write(to: folder.path("out"), format: format, images: images)
      }
      #expect(error.problem.contains(problem), "\(error)")
    }
    // Writing itself fails half way: the second image is a folder that cannot be entered as a name of its label file.
    let long = dataset(path: "/nowhere/" + String(repeating: "a", count: 300) + ".png")
    #expect(throws: OutputError.self) { try long.write(to: folder.path("out"), format: .voc) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["full", "full.csv"])
    #expect(
      try dataset(isSizeKnown: false).write(to: folder.path("x.json"), format: .coco).losses == [.imageSize: 1])
  }

  @Test("corner and size of a COCO file go through without losing a digit")
  func writtenDigits() throws {
    let folder = try TemporaryFolder()
    let boxes = ["258.15,41.29,348.26,243.78", "0.1,0.7,0.2,0.1", "473.07,395.93,38.65,28.67"]
    let annotations = boxes.enumerated().map {
      #"{"id":\#($0.offset + 1),"image_id":1,"category_id":1,"bbox":[\#($0.element)],"area":1,"iscrowd":0}"#
    }
    let path = try folder.write(
      #"{"images":[{"id":1,"file_name":"a.png","width":700,"height":700}],"categories":[{"id":1,"name":"cat"}],"#
        + #""annotations":[\#(annotations.joined(separator: ","))]}"#, to: "a.json")
    let options = DatasetReadingOptions(requiresImages: false, treatment: .asWritten)
    let dataset = try LabelledDataset.read(at: path, options: options)
    let expected = boxes.map { text in
      let numbers = text.split(separator: ",").compactMap { Double($0) }
      return CornerSizeBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
    #expect(dataset.evaluationGroundTruth().map(\.box) == expected)
    #expect(dataset.images[0].objects.contains { CornerSizeBox($0.box) != $0.cornerSizeBox })
    try dataset.write(to: folder.path("b.json"), format: .coco)
    let again = try LabelledDataset.read(at: folder.path("b.json"), options: options)
    #expect(again.evaluationGroundTruth().map(\.box) == expected)
    // A box that was changed since is what it is now.
    var moved = dataset.images[0].objects[0]
    moved.box.x2 = 300
    #expect(moved.cornerSizeBox == CornerSizeBox(moved.box))
  }
}
