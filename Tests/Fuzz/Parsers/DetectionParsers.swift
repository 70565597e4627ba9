import Datasets
import DetectionUtilities
import Evaluation
import FasterRCNN
import Foundation
import ImageCodecs
import JSONScanning
import Reports

extension FuzzedParser {
  /// What detectors found, in all forms, and other files of numbers.
  static let detectionParsers = [
    FuzzedParser(
      name: "results", dictionary: jsonWords + cocoWords,
      seeds: [
        #"[{"image_id":1,"category_id":1,"bbox":[1,2,5.5,4],"score":0.9},{"image_id":2,"category_id":2,"bbox":[0,0,9,9],"score":0.25}]"#,
        #"[{"file_name":"a.jpg","category_name":"cat","bbox":[1,2,5.5,4],"score":0.9,"image_id":1,"category_id":1}]"#,
        #"{"annotations":[{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":1}]}"#,
      ].map(\.bytes)
    ) { bytes in try readDetections(ScratchFolder.write(bytes, to: "results.json"), bytes) },
    FuzzedParser(
      name: "scored-coco", dictionary: jsonWords + cocoWords,
      seeds: [
        #"""
        {"images":[{"id":5,"file_name":"a.jpg","width":100,"height":80}],"categories":[{"id":3,"name":"cat"}],
        "annotations":[{"id":1,"image_id":5,"category_id":3,"bbox":[1,2,5.5,4],"score":0.5}]}
        """#.bytes
      ]
    ) { bytes in try readDetections(ScratchFolder.write(bytes, to: "scored.json"), bytes) },
    FuzzedParser(
      name: "detection-text", dictionary: numbers + ["cat", "dog", "traffic light"],
      seeds: [
        "cat 0.9 50 40 30 20\ntraffic light 0.5 60 5 10 70\n", "cat 0.5 0.5 0.25 0.5 0.9\ndog 0.1 0.1 0.2 0.2 0.3",
        "cat 0.5 0.5 0.25 0.5 0.9 7\ndog 0.1 0.1 0.2 0.2 0.3 8",
      ].map(\.bytes)
    ) { bytes in
      let folder = ScratchFolder.folder("found")
      _ = ScratchFolder.write(bytes, to: "found/a.txt")
      try readDetections(folder, bytes)
    },
    FuzzedParser(
      name: "class-files", dictionary: numbers + ["a", "b", "c", ".jpg"],
      seeds: ["a 0.9 1 2 30 40\nb 0.5 5 5 60 70\n".bytes, "a.jpg 1 0 0 9 9".bytes]
    ) { bytes in
      let folder = ScratchFolder.folder("classes")
      _ = ScratchFolder.write(bytes, to: "classes/comp4_det_test_cat.txt")
      try readDetections(folder, bytes)
    },
    FuzzedParser(
      name: "detection-csv", dictionary: numbers + csvWords,
      seeds: ["image,label,score,x1,y1,x2,y2\na.jpg,cat,0.9,1,2,30,40\nb.jpg,\"traffic light\",1,0,0,9,9\n".bytes]
    ) { bytes in try readDetections(ScratchFolder.write(bytes, to: "found.csv"), bytes) },
    FuzzedParser(
      name: "reference", dictionary: jsonWords + cocoWords,
      seeds: [
        FuzzedInput.joined(
          #"[{"image_id":1,"category_id":1,"bbox":[1,2,5.5,4],"score":0.9}]"#,
          #"[{"id":1,"file_name":"000000000001.jpg"}]"#),
        FuzzedInput.joined(#"[{"image_id":1,"category_id":2,"bbox":[1,2,5.5,4],"score":0.9}]"#, ""),
      ]
    ) { bytes in
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      let path = ScratchFolder.write(parts[0], to: "reference.json")
      ScratchFolder.place(parts[1], at: "reference.images.json")
      let reference = try DetectionAgreementReference(
        contentsOf: path, images: ["000000000001.jpg"], classes: .init(names: ["cat", "dog"], ids: [1, 2]))
      _ = reference.detections(in: "000000000001.jpg")
    },
    FuzzedParser(name: "part", dictionary: jsonWords + partWords, seeds: partSeeds) { bytes in
      let path = ScratchFolder.write(bytes, to: "part.json")
      let (set, rules) = try EvaluationShard.merged([(path, EvaluationShard.read(from: path))])
      if FuzzedInput.isOne(of: 4, bytes) { _ = EvaluationReport(EvaluationResult(set, protocol: rules)) }
    },
    FuzzedParser(
      name: "report", dictionary: jsonWords + ["\"AP\":", "\"metrics\":", "\"classes\":"],
      seeds: [
        #"""
        {"protocol":"coco","protocolLine":"COCO","iouThresholds":[0.5],"metrics":{"AP":0.5},"classes":[{"name":"cat",
        "boxes":3,"detections":4,"AP":0.5,"AP50":0.6}],"images":3,"emptyImages":1}
        """#.bytes
      ]
    ) { bytes in _ = try EvaluationReport.read(from: ScratchFolder.write(bytes, to: "report.json")) },
    FuzzedParser(
      name: "proposals", dictionary: jsonWords + ["\"file_name\":", "\"bbox\":", "\"score\":", "\"a.jpg\":"],
      seeds: [
        #"{"a.jpg":[[1,2,3,4],[0,0,5.5,1e1]],"b.jpg":[]}"#,
        #"[{"file_name":"a.jpg","bbox":[1,2,3,4],"score":0.9},{"score":-1,"bbox":[0,0,0,0],"file_name":"b"}]"#,
      ].map(\.bytes)
    ) { bytes in
      let file = try ProposalFile(json: Data(bytes), path: "fuzz")
      let boxes = try? file.proposals(forImageNamed: "a.jpg", size: ImageSize(width: 20, height: 10), count: 5)
      for box in boxes ?? [] {
        expect(0 <= box.x1 && box.x1 < box.x2 && box.x2 <= 20, "a proposal outside of its image, \(box)")
      }
    },
    FuzzedParser(
      name: "json", dictionary: jsonWords,
      seeds: [#"{"a":[1,-2.5e3,true,null,"b\u00e9\n\ud83d\ude00"],"c":{"d":[]}}"#.bytes, "[[[0]]]".bytes]
    ) { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { text in
        _ = JSONPlace.describe(text)
        _ = JSONText.unescaped(text)
        guard var scanner = JSONScanner(text) else { return }
        _ = scanner.middleObject()
        var whole = scanner
        // What is read in full can be passed over.
        if (try? read(&scanner, depth: 0)) != nil { expect((try? whole.skipValue()) != nil, "a value not passed over") }
      }
    },
  ]

  /// Two images with an object each, and one of unknown size.
  private static let groundTruth = LabelledDataset(
    classes: [
      ObjectClass(id: 1, name: "cat"), ObjectClass(id: 2, name: "dog"), ObjectClass(id: 7, name: "traffic light"),
    ],
    images: ["a", "b", "c"].enumerated().map { index, name in
      LabelledImage(
        id: index + 1, path: "/images/\(name).jpg", size: ImageSize(width: 100, height: 80), isSizeKnown: name != "c",
        objects: [
          LabelledObject(
            annotationID: index + 1, box: BoundingBox(x1: 1, y1: 2, x2: 30, y2: 40), classIndex: index, area: nil,
            isCrowd: index == 2, isDifficult: index == 1)
        ])
    })

  /// Strictly, and with all that options accept; some of what is read is measured.
  private static func readDetections(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
    let lenient = DetectionReadingOptions(
      classes: ["cat", "dog"], acceptsUnknownClasses: true, acceptsAnyScore: true)
    let strict = Result { try DetectionSet.read(at: path, for: groundTruth) }
    let found = try DetectionSet.read(at: path, for: groundTruth, options: lenient)
    _ = found.summary
    let measured = [EvaluationProtocol(.coco), EvaluationProtocol(.voc2007)]
    for rules in measured where FuzzedInput.isOne(of: 16, bytes) {
      let set = EvaluationSet(
        dataset: groundTruth, detections: found.detections, unknownClasses: found.unknownClasses)
      let result = EvaluationResult(set, protocol: rules)
      for value in result.metrics.compactMap(\.value) { expect((0...1).contains(value), "a metric of \(value)") }
    }
    _ = try strict.get()
  }

  private static func read(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
    if depth > 64 { return try scanner.skipValue() }
    switch scanner.peek() {
    case UInt8(ascii: "{"):
      var level = try scanner.beginObject()
      while let key = try scanner.nextKey(&level) {
        _ = key.text
        try read(&scanner, depth: depth + 1)
      }
    case UInt8(ascii: "["):
      var level = try scanner.beginList()
      while try scanner.hasNext(&level) { try read(&scanner, depth: depth + 1) }
    case UInt8(ascii: "\""):
      var other = scanner
      _ = try? other.strictString()
      _ = try scanner.string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try scanner.bool()
    case UInt8(ascii: "n"): if !scanner.skipNull() { throw .expected(.value) }
    default:
      var other = scanner
      _ = try? other.integer()
      other = scanner
      _ = try? other.naturalNumber()
      if scanner.nonFiniteNumber() == nil { _ = try scanner.number() }
    }
  }
}

extension FuzzedParser {
  fileprivate static let partWords = [
    "\"shard\":", "\"index\":", "\"count\":", "\"rules\":", "\"coco\"", "\"voc2007\"", "\"voc2010\"", "\"classes\":",
    "\"imageCount\":", "\"images\":", "\"objects\":", "\"detections\":", "\"order\":", "\"image\":", "\"classIndex\":",
    "\"box\":", "\"score\":", "\"maximumDetections\":", "\"iouThresholds\":", "\"unknownClasses\":",
  ]

  /// A part that is the whole.
  fileprivate static let partSeeds = ["coco", "voc2007", "voc2010"].map { rules in
    #"""
    {"shard":{"index":1,"count":1},"rules":{"rules":"\#(rules)","iouThresholds":[0.5],"maximumDetections":[1,10],
    "countsDifficult":false},"classes":[{"id":1,"name":"cat"},{"id":2,"name":"dog"}],"imageCount":1,
    "images":[{"place":0,"image":{"id":1,"name":"a.jpg"}}],
    "objects":[{"order":0,"image":1,"classIndex":0,"box":[1,2,30,40],"area":1200,"attributes":{"size":0.5}},
    {"order":1,"image":1,"classIndex":1,"box":[5,5,9,9],"isCrowd":true}],
    "detections":[{"order":0,"image":1,"classIndex":0,"box":[1,2,30,39],"score":0.75}]}
    """#.bytes
  }
}
