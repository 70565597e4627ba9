/// What happens to boxes that are readable but wrong. Both ways count them in the audit.
public enum InvalidBoxPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// For training: boxes without area, outside the image and duplicates are left out, the others clipped to the image.
  case repaired
  /// For evaluation against another program on the same file: those boxes stay as they are written. Boxes that are
  /// inverted, not finite or without a known class are left out all the same.
  case asWritten
}
