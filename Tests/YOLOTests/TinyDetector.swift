import DetectionUtilities
import ImageCodecs
import Models
import YOLO

extension YOLOConfiguration {
  /// 64×64 pixels, 16 channels wherever possible, one square anchor per map.
  static func tiny(anchorSides: [Double] = [16, 24, 48]) -> YOLOConfiguration {
    var configuration = YOLOConfiguration()
    configuration.inputSize = ImageSize(width: 64, height: 64)
    configuration.backbone.widthMultiplier = 0.25
    configuration.pyramidChannels = 16
    configuration.headConvolutions = 1
    configuration.anchorsPerLevel = 1
    configuration.anchors = anchorSides.map { [AnchorSize(width: $0, height: $0)] }
    return configuration
  }
}

/// A red and a blue rectangle on grey, and where they are.
enum TwoRectangles {
  static let classes = [ModelFile.Label(name: "red", id: 5), ModelFile.Label(name: "blue", id: 9)]
  static let targets = [labelled(6, 8, 26, 24, 0), labelled(38, 28, 54, 56, 1)]

  static var image: RGBImage {
    var image = RGBImage(size: ImageSize(width: 64, height: 64), color: (120, 120, 120))
    image.fillRectangle(x: 6, y: 8, width: 20, height: 16, color: RGBColor(red: 230, green: 30, blue: 30))
    image.fillRectangle(x: 38, y: 28, width: 16, height: 28, color: RGBColor(red: 20, green: 40, blue: 240))
    return image
  }
}
