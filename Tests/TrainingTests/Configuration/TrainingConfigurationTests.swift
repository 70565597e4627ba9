import Testing
import Training

@Suite struct TrainingConfigurationTests {
  @Test func theDefaultsAreValid() throws {
    try TrainingConfiguration().validate()
    let text = try ConfigurationFile.text(of: TrainingConfiguration())
    let read = try ConfigurationFile.decode(text, over: TrainingConfiguration())
    #expect(try ConfigurationFile.text(of: read) == text)
  }

  @Test(arguments: [
    ("epochs: 0", "epochs"), ("batchSize: -1", "batchSize"), ("gradientClipNorm: -1", "gradientClipNorm"),
    ("maximumMinutes: .nan", "maximumMinutes"), ("checkpointMinutes: .inf", "checkpointMinutes"),
    ("maximumMinutes: 1e18", "maximumMinutes"), ("checkpointMinutes: 1e30", "checkpointMinutes"),
    ("closeMosaicEpochs: -1", "closeMosaicEpochs"), ("validationInterval: -2", "validationInterval"),
    ("optimiser: {learningRate: 0}", "optimiser.learningRate"),
    ("optimiser: {momentum: 1}", "optimiser.momentum"),
    ("optimiser: {momentum: 0.9999999999}", "optimiser.momentum"),
    ("optimiser: {firstBeta: 1}", "optimiser.firstBeta"), ("optimiser: {secondBeta: -0.1}", "optimiser.secondBeta"),
    ("optimiser: {epsilon: 0}", "optimiser.epsilon"), ("optimiser: {weightDecay: -1}", "optimiser.weightDecay"),
    ("schedule: {warmupEpochs: 1e300}", "schedule.warmupEpochs"),
    ("schedule: {finalFraction: 2}", "schedule.finalFraction"), ("schedule: {stepFactor: 2}", "schedule.stepFactor"),
    ("schedule: {stepEpochs: [1, -1]}", "schedule.stepEpochs"),
    ("augmentation: {mosaic: 2}", "augmentation.mosaic"),
    ("average: {decay: 1}", "average.decay"), ("average: {rampSteps: -1}", "average.rampSteps"),
  ])
  func senselessValuesAreNamed(text: String, key: String) throws {
    let configuration = try ConfigurationFile.decode(text, over: TrainingConfiguration())
    let error = try #require(throws: ConfigurationError.self) { try configuration.validate() }
    guard case .wrongValue(key: key, expectation: _) = error.problem else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: [(1, [2, 4, 5]), (0, [5]), (9, [5])])
  func validationComesAtItsIntervalAndAtTheEnd(closeMosaic: Int, epochs: [Int]) {
    var configuration = TrainingConfiguration()
    configuration.epochs = 5
    configuration.validationInterval = closeMosaic == 1 ? 2 : closeMosaic
    #expect((0..<5).filter(configuration.isValidated).map { $0 + 1 } == epochs)
  }

  @Test func mosaicEndsEarly() {
    var configuration = TrainingConfiguration()
    configuration.epochs = 5
    configuration.closeMosaicEpochs = 2
    #expect((0..<5).filter(configuration.isMosaicEnabled) == [0, 1, 2])
    configuration.closeMosaicEpochs = 9
    #expect((0..<5).filter(configuration.isMosaicEnabled).isEmpty)
  }

  @Test func epochsBecomeSteps() {
    var configuration = ScheduleConfiguration()
    configuration.warmupEpochs = 1.5
    let cosine = configuration.makeSchedule(baseRate: 1, epochs: 10, batchCount: 4)
    #expect(cosine.warmupSteps == 6 && cosine.totalSteps == 40 && cosine.decay == .cosine(finalFraction: 0.01))
    configuration.kind = .step
    configuration.stepEpochs = [5, 7.5]
    let step = configuration.makeSchedule(baseRate: 1, epochs: 10, batchCount: 4)
    #expect(step.decay == .step(milestones: [20, 30], factor: 0.1))
    #expect(configuration.makeSchedule(baseRate: 1, epochs: 1, batchCount: 4).warmupSteps == 2, "half the run at most")
  }
}
