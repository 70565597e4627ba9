import FolderTesting
import Foundation
import Models
import Testing
import Training

@Suite struct TrainingLogTests {
  private let folder: TemporaryFolder
  private var log: TrainingLog { TrainingLog(path: folder.path + "/log.csv") }

  init() throws { folder = try TemporaryFolder() }

  private func row(
    _ epoch: Int, names: [String] = ["box", "class"], validation: ValidationResult? = nil
  ) -> TrainingLog.Row {
    var losses = LossAverages()
    losses.add(names.map { LossTerm(name: $0, value: 1) })
    losses.add(names.map { LossTerm(name: $0, value: 2) })
    return TrainingLog.Row(
      epoch: epoch, learningRate: 0.01, losses: losses, imageCount: 50, seconds: 4, validation: validation)
  }

  private func text() throws -> String { try String(contentsOfFile: log.path, encoding: .utf8) }

  @Test func rowsAreAppended() throws {
    try log.append(row(1))
    try log.append(row(2, validation: ValidationResult(averagePrecision: 0.25, averagePrecision50: 0.5)))
    #expect(
      try text() == """
        epoch,learningRate,loss,box,class,imagesPerSecond,AP,AP50,seconds
        1,0.01,3,1.5,1.5,12.5,,,4.0
        2,0.01,3,1.5,1.5,12.5,0.250000,0.500000,4.0

        """)
  }

  @Test func namesWithCommasAreQuoted() throws {
    try log.append(row(1, names: ["a,\"b\""]))
    #expect(try text().hasPrefix("epoch,learningRate,loss,\"a,\"\"b\"\"\",imagesPerSecond"))
  }

  @Test func laterAndBrokenRowsAreDropped() throws {
    for epoch in 1...4 { try log.append(row(epoch)) }
    try Data((try text() + "5,0.0").utf8).write(to: URL(fileURLWithPath: log.path))
    try log.truncate(afterEpoch: 2)
    let lines = try text().split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != "," } } == ["epoch", "1", "2"])
    try log.append(row(3))
    #expect(try text().split(separator: "\n").count == 4)
  }

  @Test func otherColumnsAreRefused() throws {
    try log.append(row(1))
    #expect(throws: TrainingError.self) { try log.append(row(2, names: ["objectness"])) }
  }

  @Test func aMissingLogIsNothingToTruncateOrRemove() throws {
    try log.truncate(afterEpoch: 3)
    try log.remove()
    #expect(folder.names.isEmpty)
    try log.append(row(1))
    try log.remove()
    #expect(folder.names.isEmpty)
  }
}
