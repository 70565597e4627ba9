import DetectionUtilities

extension LabelledDataset {
  /// The objects as evaluation takes them, image by image in the dataset's order, objects in the order of their file.
  ///
  /// Boxes that the file gives by corner and size (COCO, text files) are exactly as written. Read the dataset with
  /// ``InvalidBoxPolicy/asWritten`` for numbers that other programs give of the same file.
  ///
  /// - Parameter ignoresDifficult: Whether objects flagged difficult need not be found, as VOC has it.
  public func evaluationGroundTruth(ignoresDifficult: Bool = false) -> [EvaluationGroundTruth] {
    images.flatMap { image in
      image.objects.map { object in
        EvaluationGroundTruth(
          imageID: image.id, classIndex: object.classIndex, box: object.cornerSizeBox, area: object.area,
          isCrowd: object.isCrowd, isIgnored: ignoresDifficult && object.isDifficult)
      }
    }
  }
}
