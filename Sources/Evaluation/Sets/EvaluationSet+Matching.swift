import DetectionUtilities

extension EvaluationSet {
  /// What was found, missed and made up in every image that has an object or a detection, by COCO's rules.
  ///
  /// - Parameters:
  ///   - overlaps: of masks, in place of the boxes'.
  ///   - confidence: detections of at least this score count.
  ///   - iouThreshold: from which a detection is right.
  package func matchedImages(
    overlaps: MaskOverlaps?, confidence: Double, iouThreshold: Double
  ) -> [MatchedImage] {
    MatchedImage.all(
      groundTruth: cocoGroundTruth, detections: detections, overlaps: overlaps, classCount: classes.count,
      confidence: confidence, iouThreshold: iouThreshold)
  }

  /// The objects and detections of some images alone.
  package func part(ofImages ids: Set<Int>) -> EvaluationSet {
    let objects = groundTruth.indices.filter { ids.contains(groundTruth[$0].imageID) }
    let found = detections.indices.filter { ids.contains(detections[$0].imageID) }
    return EvaluationSet(
      classes: classes, images: images.filter { ids.contains($0.id) }, groundTruth: objects.map { groundTruth[$0] },
      attributes: attributes.isEmpty ? [] : objects.map { attributes[$0] }, detections: found.map { detections[$0] },
      unknownClasses: unknownClasses.filter { ids.contains($0.imageID) },
      masks: masks.map { masks in
        InstanceMasks(
          objects: objects.map { masks.objects[$0] }, detections: found.map { masks.detections[$0] },
          sizes: masks.sizes)
      })
  }
}
