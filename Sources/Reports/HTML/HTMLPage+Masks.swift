import Evaluation

extension HTMLPage {
  /// What the figures of a page are of where that is not boxes; nothing for boxes.
  static func masks(_ iouType: IoUType) -> String {
    if !iouType.needsMasks { return "" }
    return "<p>All figures are of masks: every IoU on this page is\(iouType.words), not of boxes.</p>"
  }
}
