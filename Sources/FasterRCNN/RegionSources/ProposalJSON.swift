import DetectionUtilities
import Foundation
import JSONScanning

/// Reads the two forms of a proposal file and says where one is wrong.
struct ProposalJSON {
  let path: String

  func boxes(in json: Data) throws(ProposalError) -> [String: [BoundingBox]] {
    let byteOrderMarkAndSpace: Set<UInt8> = [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D]
    switch json.first(where: { !byteOrderMarkAndSpace.contains($0) }) {
    case UInt8(ascii: "{"): return try cornersByName(in: json)
    case UInt8(ascii: "["): return try resultsByName(in: json)
    default:
      throw malformed(
        nil, "expected an object of boxes by file name, or an array of results with file_name, bbox and score")
    }
  }

  private func cornersByName(in json: Data) throws(ProposalError) -> [String: [BoundingBox]] {
    let listed = try read(json) { (reader) throws(ProposalError) in try reader.listsByName() }
    var boxes: [String: [BoundingBox]] = [:]
    // In order, so that of several mistakes always the same one is named.
    for (name, corners) in listed.sorted(by: { $0.key < $1.key }) {
      boxes[name] = try corners.enumerated().map { (index, numbers) throws(ProposalError) in
        let place = "\"\(name)\"[\(index)]"
        try checkNumbers(numbers, place, form: "[x1, y1, x2, y2]")
        guard numbers[0] <= numbers[2], numbers[1] <= numbers[3] else {
          throw malformed(place, "the box is \(numbers), expected x1 ≤ x2 and y1 ≤ y2")
        }
        return BoundingBox(x1: numbers[0], y1: numbers[1], x2: numbers[2], y2: numbers[3])
      }
    }
    return boxes
  }

  private func resultsByName(in json: Data) throws(ProposalError) -> [String: [BoundingBox]] {
    let results = try read(json) { (reader) throws(ProposalError) in try reader.results() }
    var boxes: [String: [BoundingBox]] = [:]
    for (index, result) in results.enumerated() {
      let place = "[\(index)].bbox"
      try checkNumbers(result.bbox, place, form: "[x, y, width, height]")
      guard result.bbox[2] >= 0, result.bbox[3] >= 0 else {
        throw malformed(place, "the box is \(result.bbox), expected a width and height of at least 0")
      }
      guard result.score.isFinite else {
        throw malformed("[\(index)].score", "the score is \(result.score), expected a finite number")
      }
    }
    let order = results.indices.sorted {
      results[$0].score != results[$1].score ? results[$0].score > results[$1].score : $0 < $1
    }
    for index in order {
      let bbox = results[index].bbox
      boxes[results[index].fileName, default: []]
        .append(BoundingBox(x1: bbox[0], y1: bbox[1], x2: bbox[0] + bbox[2], y2: bbox[1] + bbox[3]))
    }
    return boxes
  }

  private func checkNumbers(_ numbers: [Double], _ place: String, form: String) throws(ProposalError) {
    guard numbers.count == 4 else { throw malformed(place, "\(numbers.count) numbers, expected the four of \(form)") }
    guard numbers.allSatisfy(\.isFinite) else {
      throw malformed(place, "the box is \(numbers), expected finite numbers \(form)")
    }
  }

  private func read<Value>(
    _ json: Data, _ body: (inout ProposalJSONReader) throws(ProposalError) -> Value
  ) throws(ProposalError) -> Value {
    try [UInt8](json).withUnsafeBufferPointer { (bytes) throws(ProposalError) in
      guard let scanner = JSONScanner(bytes) else { throw malformed(nil, "the file is empty") }
      var reader = ProposalJSONReader(path: path, json: scanner)
      return try body(&reader)
    }
  }

  private func malformed(_ place: String?, _ problem: String) -> ProposalError {
    .malformed(path: path, place: place, problem: problem)
  }
}
