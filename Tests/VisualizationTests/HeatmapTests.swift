import DetectionUtilities
import ImageCodecs
import Tensors
import Testing
import Visualization

/// Maps, sheets and colours.
struct HeatmapTests {
  @Test func gradCAMWeighsChannelsAndLayerCAMElements() {
    let activations = Tensor(shape: [1, 2, 1, 2], values: [1, 2, 3, 4])
    let gradient = Tensor(shape: [1, 2, 1, 2], values: [1, -3, 2, 0])
    // Channel weights −1 and 1; elements 1·1 + 2·3 and 0.
    #expect(ClassActivation.gradCAM(activations: activations, gradient: gradient).values == [2, 2])
    #expect(ClassActivation.layerCAM(activations: activations, gradient: gradient).values == [7, 0])
    let negative = Tensor(shape: [1, 2, 1, 2], values: [-1, -1, 0, 0])
    #expect(ClassActivation.gradCAM(activations: activations, gradient: negative).values == [0, 0])
  }

  @Test func valuesLieBetweenTheMiddlesOfCells() {
    let map = Heatmap(size: ImageSize(width: 2, height: 2), values: [0, 4, 8, 12])
    #expect(map.value(x: 0.25, y: 0.25) == 0 && map.value(x: 0, y: 0) == 0)
    #expect(map.value(x: 0.5, y: 0.25) == 2 && map.value(x: 0.5, y: 0.5) == 6)
    #expect(map.value(x: 1, y: 1) == 12)
    #expect(map.normalized.values == [0, 1.0 / 3, 2.0 / 3, 1])
    #expect(map.laidOver(ImageSize(width: 4, height: 1)).values == [4, 5, 7, 8])
  }

  /// A wide picture letterboxed into a square: the map's middle rows belong to it.
  @Test func aMapOfALetterboxedInputIsLaidOverThePicture() {
    let picture = ImageSize(width: 4, height: 2)
    let transform = ImageTransform(source: picture, target: ImageSize(width: 4, height: 4), policy: .letterbox)
    let map = Heatmap(size: ImageSize(width: 1, height: 4), values: [100, 1, 2, 100])
    #expect(map.laidOver(picture, by: transform).values == [1, 1, 1, 1, 2, 2, 2, 2])
  }

  /// A map of the middle two columns of four: nothing beside them.
  @Test func aMapIsLaidOverAPart() {
    let map = Heatmap(size: ImageSize(width: 2, height: 1), values: [3, 5])
    let part = BoundingBox(x1: 1, y1: 0, x2: 3, y2: 1)
    #expect(map.laidOver(part, of: ImageSize(width: 4, height: 1)).values == [0, 3, 5, 0])
    let nothing = BoundingBox(x1: 1, y1: 0, x2: 1, y2: 1)
    #expect(map.laidOver(nothing, of: ImageSize(width: 2, height: 1)).values == [0, 0])
  }

  @Test func coloursRise() {
    #expect(ColorMap.grey.color(0.5) == RGBColor(red: 128, green: 128, blue: 128))
    #expect(ColorMap.grey.color(-3) == .black && ColorMap.grey.color(7) == .white)
    #expect(ColorMap.diverging.color(0) == RGBColor(red: 247, green: 247, blue: 247))
    #expect(ColorMap.diverging.color(.nan) == ColorMap.diverging.color(0))
    let brightness = (0...20).map { step in
      let color = ColorMap.heat.color(Float(step) / 20)
      return 0.299 * Double(color.red) + 0.587 * Double(color.green) + 0.114 * Double(color.blue)
    }
    #expect(brightness == brightness.sorted())
  }

  @Test func tilesStandInRows() {
    let tiles = [10, 20, 30].map { RGBImage(size: ImageSize(width: 2, height: 1), color: (UInt8($0), 0, 0)) }
    let sheet = TileSheet(tiles, columns: 2, gap: 1).image
    #expect(sheet.size == ImageSize(width: 7, height: 5))
    func red(_ x: Int, _ y: Int) -> UInt8 { sheet.pixels[3 * (7 * y + x)] }
    #expect(red(1, 1) == 10 && red(2, 1) == 10 && red(3, 1) == 255 && red(4, 1) == 20 && red(1, 3) == 30)
    #expect(red(4, 3) == 255)
  }

  @Test func kernelsOverThreeChannelsAreInColour() {
    let weights = Tensor(shape: [1, 3, 1, 1], values: [-1, 0, 1])
    let sheet = KernelSheet(weights, name: "stem")
    #expect(sheet.caption == "stem: 1 kernels of 1×1 over 3 channels")
    let middle = 3 * (sheet.image.width * (sheet.image.height / 2) + sheet.image.width / 2)
    #expect(Array(sheet.image.pixels[middle..<middle + 3]) == [0, 128, 255])
    let many = KernelSheet(Tensor(repeating: 1, shape: [70, 40, 1, 1]), name: "deep")
    #expect(many.caption.hasSuffix("the first 64 over 32 shown"))
  }
}
