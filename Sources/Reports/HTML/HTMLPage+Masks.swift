import Evaluation

extension HTMLPage {
  /// What the figures of a page are of where that is not boxes; nothing for boxes.
  static func masks(_ iouType: IoUType) -> String {
    let overlap: String
    switch iouType {
    case .bbox: return ""
    case .segm: overlap = "that of masks"
    case .boundary: overlap = "that of masks or that of their boundaries, whichever is smaller"
    }
    return "<p>All figures are of masks and not of boxes: every IoU on this page is \(overlap).</p>"
  }
}
