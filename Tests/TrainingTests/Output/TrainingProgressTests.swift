import Models
import Testing
import Training

@Suite struct TrainingProgressTests {
  private func snapshot(step: Int, secondsLeft: Double = 3725) -> TrainingProgress.Snapshot {
    TrainingProgress.Snapshot(
      epoch: 2, epochs: 10, step: step, steps: 40,
      losses: [LossTerm(name: "box", value: 1.25), LossTerm(name: "50%", value: 0.125)], imagesPerSecond: 12.34,
      secondsLeft: secondsLeft)
  }

  @Test func aTerminalLineIsRenewed() {
    var text = ""
    let progress = TrainingProgress(isTerminal: true) { text += $0 }
    progress.show(snapshot(step: 10))
    progress.show(snapshot(step: 11))
    progress.line("done")
    let bar = "█████░░░░░░░░░░░░░░░"
    #expect(
      text == "\r\u{1B}[Kepoch 2/10 \(bar) 10/40  box 1.25 50% 0.125  12.3 images/s, 1:02:05 left\ndone\n")
  }

  @Test func elsewhereThereIsALineNowAndThen() {
    var lines: [String] = []
    let progress = TrainingProgress(isTerminal: false, secondsBetweenLines: 1000) { lines.append($0) }
    for step in 1...40 { progress.show(snapshot(step: step, secondsLeft: .infinity)) }
    progress.line("done")
    #expect(lines.count == 3, "the first step, the last one, the line")
    #expect(lines[0].hasSuffix("1/40  box 1.25 50% 0.125  12.3 images/s, ? left\n"))
    #expect(lines[1].contains("████████████████████ 40/40"))
    #expect(lines[2] == "done\n")
  }
}
