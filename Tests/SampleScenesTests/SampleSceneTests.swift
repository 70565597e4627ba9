import ImageCodecs
import SampleScenes
import Testing

struct SampleSceneTests {
  private func settings(_ change: (inout SceneSettings) -> Void = { _ in }) -> SceneSettings {
    var settings = SceneSettings()
    settings.imageSize = ImageSize(width: 128, height: 96)
    change(&settings)
    return settings
  }

  @Test func theSameNumberIsTheSameSceneAndAnotherIsNot() {
    let first = SampleScene(settings(), number: 3)
    let again = SampleScene(settings(), number: 3)
    #expect(first.image == again.image)
    #expect(first.labels == again.labels)
    #expect(SampleScene(settings(), number: 4).image != first.image)
    #expect(SampleScene(settings { $0.seed = 2 }, number: 3).image != first.image)
  }

  @Test func boxesAreTightAroundMasksThatDoNotOverlap() {
    for number in 1...6 {
      let scene = SampleScene(settings { $0.occlusion = .heavy }, number: number)
      var owners = [Int](repeating: 0, count: 128 * 96)
      for label in scene.labels {
        let bounds = label.mask.bounds
        #expect(
          bounds.map { [Double($0.x1), Double($0.y1), Double($0.x2), Double($0.y2)] } == [
            label.box.x1, label.box.y1, label.box.x2, label.box.y2,
          ])
        for (index, isSeen) in label.mask.cells.enumerated() where isSeen { owners[index] += 1 }
      }
      #expect(owners.allSatisfy { $0 <= 1 })
    }
  }

  /// Alone, an object covers √area pixels; what is seen is that, less what is hidden and what lies outside.
  @Test func attributesFitTogether() {
    for number in 1...6 {
      for label in SampleScene(settings { $0.occlusion = .heavy }, number: number).labels {
        let whole = label.apparentSize * label.apparentSize
        #expect(abs(whole * (1 - label.truncation) * label.visibleFraction - Double(label.mask.area)) < 0.01)
        #expect((0...1).contains(label.visibleFraction))
        #expect((0...1).contains(label.truncation))
        #expect((0...1).contains(label.lightLevel))
      }
    }
  }

  @Test func withoutOcclusionAllIsSeen() {
    for number in 1...6 {
      // The limit is 2 % on coarse cells; a few pixels more show at the border of fine ones.
      let labels = SampleScene(settings { $0.occlusion = .none }, number: number).labels
      #expect(labels.allSatisfy { $0.visibleFraction > 0.93 })
    }
  }

  @Test func heavyOcclusionHidesMore() {
    func mean(_ occlusion: SceneSettings.Occlusion) -> Double {
      let labels = (1...12).flatMap { number in
        SampleScene(
          settings {
            $0.occlusion = occlusion
            $0.objectCount = 8...8
          }, number: number
        ).labels
      }
      return labels.map(\.visibleFraction).reduce(0, +) / Double(labels.count)
    }
    #expect(mean(.heavy) < mean(.some) - 0.05)
  }

  @Test func dimScenesAreDarkerInPictureAndLabels() {
    func brightness(_ lighting: SceneSettings.Lighting) -> (image: Double, labels: Double) {
      let scenes = (1...8).map { SampleScene(settings { $0.lighting = lighting }, number: $0) }
      let bytes = scenes.flatMap(\.image.pixels)
      let levels = scenes.flatMap(\.labels).map(\.lightLevel)
      return (
        Double(bytes.reduce(0) { $0 + Int($1) }) / Double(bytes.count), levels.reduce(0, +) / Double(levels.count)
      )
    }
    let (normal, dim) = (brightness(.normal), brightness(.dim))
    #expect(dim.image < 0.75 * normal.image)
    #expect(dim.labels < 0.75 * normal.labels)
  }

  @Test(arguments: [(SceneSettings.Scale.small, 3.0...14.0), (.normal, 5.0...34.0), (.large, 12.0...56.0)])
  func scaleSetsHowLargeObjectsAppear(scale: SceneSettings.Scale, range: ClosedRange<Double>) {
    var sizes: [Double] = []
    for number in 1...8 {
      sizes += SampleScene(settings { $0.scale = scale }, number: number).labels.map(\.apparentSize)
    }
    sizes.sort()
    #expect(!sizes.isEmpty)
    #expect(range.contains(sizes[sizes.count / 2]), "\(sizes[sizes.count / 2])")
  }

  @Test func aSceneMayBeEmpty() {
    let scene = SampleScene(settings { $0.objectCount = 0...0 }, number: 1)
    #expect(scene.labels.isEmpty)
    #expect(Set(scene.image.pixels).count > 3)
  }
}
