import Datasets
import DetectionUtilities
import ImageCodecs

/// A training sample under construction: images are drawn, and their objects follow.
struct SampleDraft {
  /// How one image looks in the sample.
  struct Look {
    var placement: ImagePlacement
    /// From the canvas to where it stood before it was turned and sheared; nil where it was not.
    var turn: AffineMap?
    var region: ImageCanvas.Region
    var jitter: ColorJitter?
  }

  private(set) var canvas: ImageCanvas
  private var objects: [LabelledBox] = []
  private var ignoredRegions: [BoundingBox] = []
  private let configuration: AugmentationConfiguration

  init(size: ImageSize, configuration: AugmentationConfiguration) {
    canvas = ImageCanvas(size: size, ground: UInt8(configuration.fillLevel))
    self.configuration = configuration
  }

  mutating func add(_ pyramid: ImagePyramid, of image: LabelledImage, _ look: Look) {
    let (placement, region) = (look.placement, look.region)
    guard look.turn != nil || configuration.fill != .constant else {
      canvas.draw(pyramid, at: placement, clippedTo: region, jitter: look.jitter)
      for object in image.objects {
        let placed = placement.placed(object.box)
        add(object, of: image, placement.sourceMap, seen: placed.clipped(to: region.box), area: placed.area)
      }
      addStuff(of: image, placement.sourceMap, seen: region.box)
      return
    }
    let map = (look.turn ?? AffineMap()).followed(by: placement.sourceMap)
    canvas.draw(
      pyramid, from: map, scale: placement.scale, fill: configuration.fill, clippedTo: region, jitter: look.jitter)
    for object in image.objects {
      let outline = Outline(object.box).mapped(by: map.inverse)
      let seen = outline.clipped(to: region.box)
      guard let box = seen.boundingBox else { continue }
      add(object, of: image, map, seen: box, seenArea: seen.area, area: outline.area)
    }
    addStuff(of: image, map, seen: region.box)
  }

  /// Every pixel of an image's stuff that is in sight, however little.
  private mutating func addStuff(of image: LabelledImage, _ map: AffineMap, seen: BoundingBox) {
    for region in image.stuff {
      guard let whole = try? region.segmentation.mask(width: image.size.width, height: image.size.height) else {
        continue
      }
      let mask = whole.warped(by: map, to: canvas.size, within: seen)
      guard let box = mask.box else { continue }
      objects.append(LabelledBox(box: box, classIndex: region.classIndex, mask: mask, isStuff: true))
    }
  }

  /// - Parameters:
  ///   - seen: the box around what is in sight of the object's.
  ///   - seenArea: of what is in sight; nil for the box's.
  ///   - area: of the object's whole box in the sample.
  ///   - map: from the sample to the image. Where the object's pixels are known, they go along, the box is theirs, and an object
  ///     without any is left out.
  private mutating func add(
    _ object: LabelledObject, of image: LabelledImage, _ map: AffineMap, seen: BoundingBox, seenArea: Double? = nil,
    area: Double
  ) {
    guard seen.width > 0, seen.height > 0 else { return }
    if object.isCrowd {
      ignoredRegions.append(seen)
    } else if seenArea ?? seen.area >= configuration.minimumVisibleFraction * area,
      min(seen.width, seen.height) >= configuration.minimumBoxSide
    {
      let mask = (try? object.segmentation?.mask(width: image.size.width, height: image.size.height))
        .map { $0.warped(by: map, to: canvas.size, within: seen) }
      if let mask, mask.inside.isEmpty { return }
      objects.append(LabelledBox(box: mask?.box ?? seen, classIndex: object.classIndex, mask: mask))
    }
  }

  /// Lays objects of another draft over this one, each by an even chance: their pixels, not their boxes. What they hide of the
  /// objects below is no longer theirs, and those that are hidden for the most part are gone.
  mutating func paste(_ donor: SampleDraft, using generator: inout SeededGenerator) {
    let pasted = donor.objects.filter { $0.mask != nil && !$0.isStuff }.filter { _ in generator.chance(0.5) }
    let (width, height) = (canvas.size.width, canvas.size.height)
    let hidden = RunLengthMask.union(pasted.compactMap(\.mask), width: width, height: height)
    guard hidden.area > 0 else { return }
    for run in hidden.inside {
      for place in run {
        let first = 3 * (place % height * width + place / height)
        for byte in first..<first + 3 { canvas.pixels[byte] = donor.canvas.pixels[byte] }
      }
    }
    objects = objects.compactMap { object in
      guard let mask = object.mask else { return object }
      let left = mask.subtracting(hidden)
      let least = object.isStuff ? 0 : configuration.minimumVisibleFraction * Double(mask.area)
      guard let box = left.box, Double(left.area) >= least else { return nil }
      return LabelledBox(box: box, classIndex: object.classIndex, mask: left, isStuff: object.isStuff)
    }
    // The last of them lies on top.
    var above = RunLengthMask(width: width, height: height, inside: [])
    var visible: [LabelledBox] = []
    for object in pasted.reversed() {
      guard let mask = object.mask else { continue }
      let left = mask.subtracting(above)
      above = RunLengthMask.union([above, mask], width: width, height: height)
      guard let box = left.box, Double(left.area) >= configuration.minimumVisibleFraction * Double(mask.area) else {
        continue
      }
      visible.append(LabelledBox(box: box, classIndex: object.classIndex, mask: left))
    }
    objects += visible.reversed()
  }

  func sample(sourcePath: String) -> TrainingSample {
    TrainingSample(
      image: canvas.image(), objects: objects, ignoredRegions: ignoredRegions, sourcePath: sourcePath)
  }
}

extension ImageCanvas.Region {
  /// Its edges.
  fileprivate var box: BoundingBox {
    BoundingBox(
      x1: Double(columns.lowerBound), y1: Double(rows.lowerBound), x2: Double(columns.upperBound),
      y2: Double(rows.upperBound))
  }
}

extension BoundingBox {
  fileprivate func clipped(to other: BoundingBox) -> BoundingBox {
    BoundingBox(x1: max(x1, other.x1), y1: max(y1, other.y1), x2: min(x2, other.x2), y2: min(y2, other.y2))
  }
}
