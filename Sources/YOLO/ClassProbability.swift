/// How a prediction's class logits become probabilities.
public enum ClassProbability: String, CaseIterable, Hashable, Sendable, Codable {
  /// σ(logit), each class on its own (YOLOv3, Redmon and Farhadi 2018, section 2.2).
  case independent
  /// Softmax: one class excludes the others (YOLOv2, Redmon and Farhadi 2017).
  case softmax
}
