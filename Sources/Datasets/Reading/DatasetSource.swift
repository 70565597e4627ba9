import DetectionUtilities
import ImageCodecs

/// What a reader took from the files, before classes are mapped and bad labels dealt with: the same for all formats.
struct DatasetSource {
  struct Object {
    var annotationID: Int?
    /// Corner form; pixels, or fractions where the image says so.
    var box: BoundingBox
    /// Index into ``DatasetSource/classes``; nil where the file has an index without a name.
    var classIndex: Int?
    var area: Double?
    var isCrowd = false
    var isDifficult = false
    var attributes: [String: Double] = [:]
    var line: Int?
    /// The box as the file has it, where that is a corner and a size in pixels.
    var written: CornerSizeBox?
    /// Where masks are asked for.
    var mask: WrittenMask?
  }

  struct Image {
    var id: Int?
    var textID: String?
    var path: String
    /// Where its labels stand, nil where it has no label file.
    var labelPath: String?
    /// The size that the label file states.
    var declaredSize: ImageSize?
    var boxesAreFractions = false
    var objects: [Object]
    var stuff: [LabelledStuff] = []
    var split: DatasetSplit?

    func place(of object: Object) -> DatasetPlace {
      DatasetPlace(file: labelPath ?? path, line: object.line, annotationID: object.annotationID, image: path)
    }
  }

  var classes: [ObjectClass]
  var stuffClasses: [ObjectClass] = []
  var images: [Image]
  /// Of the file's four numbers: what other programs put there by mistake depends on it.
  var boxForm = WrittenBoxForm.corners
}
