import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

/// Colours are checked through samples of images of one colour.
struct ColorJitterTests {
  private func samples(
    of color: (red: UInt8, green: UInt8, blue: UInt8), _ change: (inout AugmentationConfiguration) -> Void
  ) throws -> [(red: Int, green: Int, blue: Int)] {
    let folder = try TemporaryFolder()
    let size = ImageSize(width: 8, height: 8)
    let path = try folder.write(RGBImage(size: size, color: color), to: "a.png")
    let dataset = LabelledDataset(classes: [], images: [LabelledImage(id: 1, path: path, size: size, objects: [])])
    let augmenter = try Augmenter(
      dataset: dataset, inputSize: size, configuration: AugmenterTests.configuration(change))
    return try (0..<60 as Range<UInt64>).map { seed in
      var generator = SeededGenerator(seed: seed)
      let pixels = try augmenter.sample(at: 0, using: &generator).image.pixels
      #expect(Set(stride(from: 0, to: pixels.count, by: 3).map { pixels[$0] }).count == 1)
      return (Int(pixels[0]), Int(pixels[1]), Int(pixels[2]))
    }
  }

  @Test("value scales all channels by at most 1 + value, either way")
  func value() throws {
    let colors = try samples(of: (100, 50, 150)) { $0.value = 0.5 }
    for color in colors {
      #expect(color.blue >= 99 && color.blue <= 226)
      #expect(abs(Double(color.red) / Double(color.blue) - 2.0 / 3) < 0.02)
      #expect(abs(Double(color.green) / Double(color.blue) - 1.0 / 3) < 0.02)
    }
    #expect(Set(colors.map(\.blue)).count > 30)
  }

  @Test("saturation keeps the largest channel, and grey grey")
  func saturation() throws {
    let colors = try samples(of: (200, 150, 100)) { $0.saturation = 0.8 }
    for color in colors {
      #expect(color.red == 200)
      // Half way between the largest and the smallest, before and after.
      #expect(abs(color.green * 2 - color.red - color.blue) <= 2)
    }
    #expect(Set(colors.map(\.blue)).count > 20)
    for color in try samples(of: (90, 90, 90), { $0.saturation = 0.8 }) { #expect(color == (90, 90, 90)) }
  }

  @Test("hue goes round the circle: red turns towards yellow and magenta, and a half turn is cyan")
  func hue() throws {
    let small = try samples(of: (200, 0, 0)) { $0.hue = 0.1 }
    for color in small {
      #expect(color.red == 200)
      #expect(min(color.green, color.blue) == 0 && max(color.green, color.blue) <= 120)
    }
    #expect(small.contains { $0.green > 20 } && small.contains { $0.blue > 20 })
    let large = try samples(of: (200, 0, 0)) { $0.hue = 0.5 }
    #expect(large.contains { $0.green > $0.red && $0.blue > $0.red })
    #expect(large.allSatisfy { max($0.red, $0.green, $0.blue) == 200 && min($0.red, $0.green, $0.blue) == 0 })
  }
}
