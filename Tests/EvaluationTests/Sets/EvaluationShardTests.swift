import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Testing

struct EvaluationShardTests {
  /// Twelve images of three classes, crowded enough that matches and ties matter.
  private let whole: EvaluationSet = {
    var generator = SeededGenerator(seed: 5)
    func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    let images = (1...12).map { EvaluationSet.Image(id: $0 * 10, name: "\($0).jpg") }
    var truth: [EvaluationGroundTruth] = []
    var found: [EvaluationDetection] = []
    for image in images.dropFirst() {
      for _ in 0..<5 {
        let box = CornerSizeBox(x: number(0...80), y: number(0...80), width: number(5...40), height: number(5...40))
        let kind = Int.random(in: 0..<3, using: &generator)
        truth.append(
          EvaluationGroundTruth(imageID: image.id, classIndex: kind, box: box, isIgnored: number(0...1) < 0.1))
        for _ in 0..<2 {
          let near = CornerSizeBox(x: box.x + number(-6...6), y: box.y, width: box.width, height: box.height)
          found.append(
            EvaluationDetection(
              imageID: image.id, classIndex: kind, box: near, score: (number(0...1) * 5).rounded() / 5))
        }
      }
    }
    found.shuffle(using: &generator)
    return EvaluationSet(
      classes: ["cup", "fork", "knife"].enumerated().map { ObjectClass(id: $0 + 1, name: $1) }, images: images,
      groundTruth: truth, attributes: truth.map { ["age": $0.box.x] }, detections: found,
      unknownClasses: [
        UnknownClassDetections(imageID: 20, className: "spoon", count: 3),
        UnknownClassDetections(imageID: 110, className: "bowl", count: 1),
        UnknownClassDetections(imageID: 110, className: "spoon", count: 2),
      ])
  }()

  private func part(_ index: Int, _ count: Int, _ rules: EvaluationProtocol) throws -> EvaluationShard {
    EvaluationShard(try #require(EvaluationShard.Position(index: index, count: count)), of: whole, protocol: rules)
  }

  @Test(arguments: EvaluationProtocol.Rules.allCases, [1, 3, 12, 20])
  func partsGiveTheWholesFiguresToTheLastBit(rules: EvaluationProtocol.Rules, count: Int) throws {
    let rules = EvaluationProtocol(rules)
    let folder = try TemporaryFolder()
    let parts = try (1...count).shuffled().map { index in
      let path = folder.path("\(index).json")
      try part(index, count, rules).write(to: path)
      return (path: path, part: try EvaluationShard.read(from: path))
    }
    let merged = try EvaluationShard.merged(parts)
    #expect(merged.rules == rules)
    #expect(merged.set == whole)
    #expect(EvaluationResult(merged.set, protocol: merged.rules) == EvaluationResult(whole, protocol: rules))
  }

  @Test func missingRepeatedAndForeignPartsAreNamed() throws {
    let rules = EvaluationProtocol(.coco)
    let parts = try (1...3).map { (path: "part \($0)", part: try part($0, 3, rules)) }
    func problem(_ parts: [(path: String, part: EvaluationShard)]) throws -> String {
      try #require(throws: DatasetError.self) { try EvaluationShard.merged(parts) }.description
    }
    #expect(try problem([parts[0], parts[2]]).contains("these are missing: 2/3"))
    #expect(try problem(parts + [parts[1]]) == "part 2: is shard 2/3, as part 2 is")
    let other = (path: "other", part: try part(2, 3, EvaluationProtocol(.voc2007)))
    #expect(try problem([parts[0], other, parts[2]]).hasPrefix("other: has another protocol than part 1"))
    let folder = try TemporaryFolder()
    try "{}".write(toFile: folder.path("x.json"), atomically: true, encoding: .utf8)
    #expect(throws: DatasetError.self) { try EvaluationShard.read(from: folder.path("x.json")) }
  }

  @Test(
    "numbers of a file that contradict each other are named",
    arguments: [
      (#""classIndex":2"#, #""classIndex":3"#, "the classIndex 3 is none of the 3 classes"),
      (#""classIndex":2"#, #""classIndex":-1"#, "the classIndex -1 is none of the 3 classes"),
      (#""count":3,"index":1"#, #""count":0,"index":1"#, "is shard 1 of 0; expected a number from 1 to the count"),
      (#""count":3,"index":1"#, #""count":3,"index":4"#, "is shard 4 of 3; expected a number from 1 to the count"),
      (#""maximumDetections":[1,10,100]"#, #""maximumDetections":[]"#, "its rules count at most [] detections"),
      (#""maximumDetections":[1,10,100]"#, #""maximumDetections":[9,1]"#, "its rules count at most [9, 1] detections"),
      (#""iouThresholds":[0.5,"#, #""iouThresholds":[5,"#, "its rules have the IoU thresholds [5.0"),
    ])
  func impossibleNumbers(text: String, changed: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("part.json")
    try part(1, 3, EvaluationProtocol(.coco)).write(to: path)
    let written = try String(contentsOfFile: path, encoding: .utf8)
    try #require(written.contains(text))
    try folder.write(written.replacing(text, with: changed, maxReplacements: 1), to: "part.json")
    let error = try #require(throws: DatasetError.self) { try EvaluationShard.read(from: path) }
    #expect(error.description.hasPrefix(path) && error.description.contains(problem), "\(error)")
  }

  @Test func shardsAreCountedFromOne() {
    #expect(EvaluationShard.Position(index: 0, count: 3) == nil)
    #expect(EvaluationShard.Position(index: 4, count: 3) == nil)
    #expect(EvaluationShard.Position(index: 1, count: 0) == nil)
    let shards = (1...3).compactMap { EvaluationShard.Position(index: $0, count: 3) }
    // Every image in exactly one of them.
    #expect((0..<10).allSatisfy { place in shards.count { $0.contains(place) } == 1 })
  }
}
