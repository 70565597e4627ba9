import Tensors
import Testing
import Training

@Suite struct ExponentialMovingAverageTests {
  /// d = 0.9, τ = 2: decays 0.9·(1 − e^−½) = 0.354122 and 0.9·(1 − e^−1) = 0.568909.
  @Test func decayGrowsWithTheUpdates() {
    var average = ExponentialMovingAverage(of: OptimiserTests.store(["w": [1]]), decay: 0.9, rampSteps: 2)
    #expect(abs(average.decay(at: 1) - 0.354122406) < 1e-9)
    average.update(with: OptimiserTests.store(["w": [2]]))
    #expect(abs((average.parameters["w"]?[0] ?? 0) - 1.645877594) < 1e-6)
    average.update(with: OptimiserTests.store(["w": [4]]))
    #expect(abs((average.parameters["w"]?[0] ?? 0) - 2.660719746) < 1e-6)
    #expect(average.updateCount == 2)
  }

  @Test func withoutRampTheDecayIsFullAtOnce() {
    var average = ExponentialMovingAverage(of: OptimiserTests.store(["w": [0]]), decay: 0.75, rampSteps: 0)
    average.update(with: OptimiserTests.store(["w": [1]]))
    #expect(average.parameters["w"]?.values == [0.25])
  }

  @Test func withoutDecayItIsTheLatest() {
    var average = ExponentialMovingAverage(of: OptimiserTests.store(["w": [3]]), decay: 0, rampSteps: 2000)
    average.update(with: OptimiserTests.store(["w": [7]]))
    #expect(average.parameters["w"]?.values == [7])
  }

  @Test func runningStatisticsAreAveragedAndTheSourceIsLeftAlone() {
    let source = OptimiserTests.store(["w": [1], "mean": [0]])
    var average = ExponentialMovingAverage(of: source, decay: 0.5, rampSteps: 0)
    average.update(with: OptimiserTests.store(["w": [1], "mean": [4], "unknown": [9]]))
    #expect(average.parameters["mean"]?.values == [2])
    #expect(source["mean"]?.values == [0])
    #expect(average.parameters.names == ["w", "mean"])
  }

  @Test func aContinuedAverageIsTheSame() {
    var whole = ExponentialMovingAverage(of: OptimiserTests.store(["w": [1]]), decay: 0.9, rampSteps: 3)
    whole.update(with: OptimiserTests.store(["w": [2]]))
    var continued = ExponentialMovingAverage(
      of: whole.parameters, decay: 0.9, rampSteps: 3, updateCount: whole.updateCount)
    whole.update(with: OptimiserTests.store(["w": [5]]))
    continued.update(with: OptimiserTests.store(["w": [5]]))
    #expect(continued.parameters["w"] == whole.parameters["w"])
  }
}
