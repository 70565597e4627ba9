/// How the raw numbers tx, ty, tw, th of a cell become a box.
///
/// The centre is the same in both: bx = (s·σ(tx) − (s − 1)/2 + column)·stride, where s is the level's scaleXY, so that
/// a cell reaches s/2 cells from its own centre.
public enum BoxParameterisation: String, CaseIterable, Hashable, Sendable, Codable {
  /// bw = anchor·e^tw (YOLOv3, Redmon and Farhadi 2018, section 2.1). Reaches every size.
  case exponential
  /// bw = anchor·(2σ(tw))² (Scaled-YOLOv4, Wang et al. 2021; Darknet's `new_coords`). Up to four times the anchor, so
  /// that a wild raw value cannot blow up the loss.
  case squared
}
