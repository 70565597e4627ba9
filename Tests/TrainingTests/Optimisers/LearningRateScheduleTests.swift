import Testing
import Training

@Suite struct LearningRateScheduleTests {
  /// Warm-up over 4 steps, then a cosine over 8, from 0.8 to 0.08.
  @Test(arguments: [
    (0, 0.2), (1, 0.4), (3, 0.8), (4, 0.8), (8, 0.44), (6, 0.08 + 0.72 * (0.5 + 0.5 * 0.5.squareRoot())), (12, 0.08),
    (1000, 0.08),
  ])
  func warmupThenCosine(step: Int, expected: Double) {
    let schedule = LearningRateSchedule(
      baseRate: 0.8, warmupSteps: 4, totalSteps: 12, decay: .cosine(finalFraction: 0.1))
    #expect(abs(schedule.learningRate(at: step) - expected) < 1e-12)
  }

  @Test(arguments: [(0, 0.5), (1, 1), (5, 1), (6, 0.1), (8, 0.1), (9, 0.01), (99, 0.01)])
  func warmupThenSteps(step: Int, expected: Double) {
    let schedule = LearningRateSchedule(
      baseRate: 1, warmupSteps: 2, totalSteps: 12, decay: .step(milestones: [9, 6], factor: 0.1))
    #expect(abs(schedule.learningRate(at: step) - expected) < 1e-12)
  }

  @Test func aRunOfWarmupAloneEndsAtTheFinalRate() {
    let schedule = LearningRateSchedule(
      baseRate: 1, warmupSteps: 3, totalSteps: 3, decay: .cosine(finalFraction: 0.5))
    #expect((0...3).map(schedule.learningRate) == [1 / 3.0, 2 / 3.0, 1, 0.5])
  }
}
