import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

/// Objects with pixels in mosaics, and laid over one another.
@Suite struct CopyPasteTests {
  private let folder: TemporaryFolder
  private let dataset: LabelledDataset

  /// A dark image whose object is its left half, a light one whose object is its upper half; all else is stuff.
  init() throws {
    let folder = try TemporaryFolder()
    let size = ImageSize(width: 40, height: 40)
    func image(_ id: Int, level: UInt8, inside: [Range<Int>]) throws -> LabelledImage {
      let path = try folder.write(RGBImage(size: size, color: (level, level, level)), to: "\(id).png")
      let mask = RunLengthMask(width: 40, height: 40, inside: inside)
      var object = LabelledObject(annotationID: id, box: try #require(mask.box), classIndex: id)
      object.segmentation = COCOSegmentation(mask)
      var image = LabelledImage(id: id, path: path, size: size, objects: [object])
      let rest = RunLengthMask(width: 40, height: 40, inside: [0..<1600]).subtracting(mask)
      image.stuff = [LabelledStuff(classIndex: 0, segmentation: COCOSegmentation(rest))]
      return image
    }
    dataset = LabelledDataset(
      classes: [ObjectClass(id: 1, name: "dark"), ObjectClass(id: 2, name: "light")],
      stuffClasses: [ObjectClass(id: 3, name: "rest")],
      images: [
        try image(0, level: 40, inside: [0..<800]),
        try image(1, level: 200, inside: (0..<40).map { $0 * 40..<$0 * 40 + 20 }),
      ])
    self.folder = folder
  }

  private func samples(_ count: Int, _ change: (inout AugmentationConfiguration) -> Void) throws -> [TrainingSample] {
    var configuration = AugmentationConfiguration.none
    (configuration.minimumBoxSide, configuration.minimumVisibleFraction) = (0, 0)
    change(&configuration)
    let augmenter = try Augmenter(
      dataset: dataset, inputSize: ImageSize(width: 40, height: 40), configuration: configuration)
    var generator = SeededGenerator(seed: 3)
    return try (0..<count).map { try augmenter.sample(at: $0 % 2, using: &generator) }
  }

  /// Of every pixel of a sample the labels that it has.
  private func labels(_ sample: TrainingSample) -> [[String]] {
    var labels = [[String]](repeating: [], count: 1600)
    for object in sample.objects {
      let name = object.isStuff ? "rest" : dataset.classNames[object.classIndex]
      for run in object.mask?.inside ?? [] {
        for place in run { labels[place % 40 * 40 + place / 40].append(name) }
      }
    }
    return labels
  }

  /// Every pixel that an image covers has one label, and none outside.
  @Test func inAMosaicEveryPixelHasOneLabel() throws {
    for sample in try samples(
      12, { ($0.mosaic, $0.scaleMinimum, $0.horizontalFlip, $0.fillLevel) = (1, 0.5, 0.5, 114) })
    {
      for (place, labels) in labels(sample).enumerated() {
        let level = sample.image.pixels[3 * place]
        #expect(labels.count == (level == 114 ? 0 : 1), "pixel \(place)")
        if labels == ["dark"] { #expect(level == 40) }
        if labels == ["light"] { #expect(level == 200) }
      }
    }
  }

  /// Pasted pixels are the other image's, and belong to its object alone.
  @Test func pastedObjectsHideWhatIsBelow() throws {
    let samples = try samples(24) { $0.copyPaste = 1 }
    var pasted = 0
    for (index, sample) in samples.enumerated() {
      let ground: UInt8 = index % 2 == 0 ? 40 : 200
      for (place, labels) in labels(sample).enumerated() {
        #expect(labels.count == 1, "pixel \(place)")
        if sample.image.pixels[3 * place] != ground {
          pasted += 1
          #expect(labels == [ground == 40 ? "light" : "dark"])
        }
      }
      for object in sample.objects { #expect(object.box == object.mask?.box) }
    }
    // A quarter of the samples gets the other image's object: half of the partners, and half of those.
    #expect(pasted > 800 && pasted < 24 * 800)
  }

  /// Of the left half the upper half is hidden: that is more than may be.
  @Test func whatIsMostlyHiddenIsGone() throws {
    let kept = try samples(24) { ($0.copyPaste, $0.minimumVisibleFraction) = (1, 0.4) }
    let gone = try samples(24) { ($0.copyPaste, $0.minimumVisibleFraction) = (1, 0.6) }
    func covered(_ samples: [TrainingSample]) -> Int {
      samples.enumerated().count { index, sample in
        Set(sample.objects.filter { !$0.isStuff }.map(\.classIndex)).count == 2
      }
    }
    #expect(covered(kept) > 0)
    #expect(covered(gone) == 0)
  }
}
