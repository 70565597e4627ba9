import Datasets
import Models

extension DetectionAgreementReference {
  /// Which class of the model a category id means.
  struct Categories {
    /// By category id.
    let classIndices: [Int: Int]
    private let names: [Int: String]
    private let hasTruth: Bool
    private let known: String

    init(truth: COCOGroundTruthFile?, classes: Classes) {
      let pairs = truth.map { $0.categories.map { ($0.id, $0.name) } } ?? Array(zip(classes.ids, classes.names))
      names = Dictionary(pairs) { first, _ in first }
      let indices = DetectionAgreementClasses.indices(of: classes.names)
      classIndices = names.compactMapValues { indices[COCOClasses.canonicalName($0)] }
      hasTruth = truth != nil
      known =
        truth == nil
        ? zip(classes.ids, classes.names).map { "\($0) (\($1))" }.joined(separator: ", ")
        : classes.names.joined(separator: ", ")
    }

    func problem(with id: Int) -> String {
      guard hasTruth else {
        return ", which the model does not know; expected one of \(known), or a COCO file that says what the ids mean"
      }
      guard let name = names[id] else { return ", which the ground truth does not have" }
      return ", '\(name)', which the model does not know; expected one of \(known)"
    }
  }
}
