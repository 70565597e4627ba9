import Augmentation
import Foundation
import Testing

struct AugmentationConfigurationTests {
  @Test("the defaults and none are valid, and survive being written and read")
  func valid() throws {
    for configuration in [AugmentationConfiguration(), .none] {
      try configuration.validate()
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(AugmentationConfiguration.self, from: data) == configuration)
    }
  }

  @Test("a setting out of its range is named")
  func invalid() {
    var configuration = AugmentationConfiguration()
    configuration.mosaic = 1.5
    let error = #expect(throws: AugmentationConfigurationError.self) { try configuration.validate() }
    #expect(error?.description == "augmentation.mosaic is 1.5; expected a number from 0.0 to 1.0")
    configuration = AugmentationConfiguration()
    configuration.scaleMinimum = 2
    #expect(
      #expect(throws: AugmentationConfigurationError.self) { try configuration.validate() }?.key == "scaleMinimum")
    configuration = AugmentationConfiguration()
    configuration.hue = .nan
    #expect(#expect(throws: AugmentationConfigurationError.self) { try configuration.validate() }?.key == "hue")
  }

  @Test("strength 0 leaves flips only, 1 leaves everything, halves are between")
  func strength() {
    let configuration = AugmentationConfiguration()
    #expect(configuration.scaled(by: 1) == configuration)
    var flipsOnly = AugmentationConfiguration.none
    flipsOnly.horizontalFlip = configuration.horizontalFlip
    #expect(configuration.scaled(by: 0) == flipsOnly)
    #expect(configuration.scaled(by: 0.5).scaleMaximum == 1.2)
  }
}
