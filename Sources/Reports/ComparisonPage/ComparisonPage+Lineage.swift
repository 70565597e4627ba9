import DetectionUtilities
import Evaluation

extension ComparisonPage {
  /// A step on the way from R-CNN to YOLO, as its paper has it.
  private struct Ancestor {
    var name: String
    var paper: String
    var regions: String
    var runs: String
    var training: String
    /// What of it is in this program.
    var here: String
    var family: ComparedDetector.Family?
  }

  private static let ancestors = [
    Ancestor(
      name: "R-CNN, 2014",
      paper:
        "Girshick, Donahue, Darrell and Malik, “Rich feature hierarchies for accurate object detection and semantic "
        + "segmentation”, CVPR 2014, arXiv:1311.2524",
      regions: "From outside of the network: selective search, about 2,000 an image",
      runs: "Once for every region, which is cut out and warped to one size",
      training:
        "In separate steps: the network is fine-tuned on regions, then a linear SVM for each class and a regression "
        + "of the boxes are fitted to its features",
      here:
        "<code>--method r-cnn</code> of <code>evaluate</code> and <code>benchmark</code> sends every region through the "
        + "whole network of a Faster R-CNN model; no SVMs"),
    Ancestor(
      name: "Fast R-CNN, 2015",
      paper: "Girshick, “Fast R-CNN”, ICCV 2015, arXiv:1504.08083",
      regions: "From outside of the network, as before",
      runs: "Once an image; every region is pooled out of its maps, and only the head runs for each",
      training: "Network, classes and boxes together, with one loss of two parts",
      here:
        "<code>--method fast-r-cnn</code> of <code>evaluate</code> and <code>benchmark</code>, on the weights of a Faster "
        + "R-CNN model; regions by selective search, sliding windows, at random or from a file"),
    Ancestor(
      name: "Faster R-CNN, 2015",
      paper:
        "Ren, He, Girshick and Sun, “Faster R-CNN: towards real-time object detection with region proposal networks”, "
        + "NIPS 2015, arXiv:1506.01497",
      regions: "From a network of its own that shares the maps: the region proposal network",
      runs: "Once an image; the head runs for every proposal",
      training: "Both networks, in four alternating steps or, approximately, jointly",
      here: "In full, over a feature pyramid; trained jointly, and the default <code>--method faster-r-cnn</code>",
      family: .fasterRCNN),
    Ancestor(
      name: "YOLO, 2016",
      paper:
        "Redmon, Divvala, Girshick and Farhadi, “You only look once: unified, real-time object detection”, CVPR 2016, "
        + "arXiv:1506.02640",
      regions: "None: every cell of a grid over the image predicts boxes and classes",
      runs: "Once an image, and nothing after it but suppression",
      training: "One network, end to end, with one loss",
      here:
        "The grid head over the same backbone and pyramid as Faster R-CNN, at three strides and with anchors, which came "
        + "with later versions",
      family: .yolo),
  ]

  static func lineage(_ report: ComparisonReport) -> String {
    let measured = ancestors.map { figures(of: $0, report) }
    let hasFigures = measured.contains { !$0.isEmpty }
    let rows = zip(ancestors, measured).map { ancestor, figures -> String in
      let cells = [ancestor.regions, ancestor.runs, ancestor.training, ancestor.here].map { "<td>\($0)</td>" }
      return HTMLTable.row(
        "\(ancestor.name)<span class=\"paper\">\(HTMLText.escaped(ancestor.paper))</span>",
        cells + (hasFigures ? ["<td>\(figures.isEmpty ? "–" : figures)</td>"] : []))
    }
    let columns = [
      "detector", "where regions come from", "how often the network runs", "what is trained", "in this program",
    ]
    return
      "<p class=\"about\">Every step took one thing out of the way of the one before: first the repeated runs of the "
      + "network, then the search for regions, then the second stage itself. Columns two to four say what the papers "
      + "have.</p>"
      + HTMLTable(
        caption: "How detection got from many runs of a network to one",
        columns: columns + (hasFigures ? ["measured here"] : []), firstNumber: columns.count + 1, kind: "lineage",
        rows: rows
      ).html
  }

  /// The most accurate of the family and, where that is another one, the fastest.
  private static func figures(of ancestor: Ancestor, _ report: ComparisonReport) -> String {
    guard let family = ancestor.family else { return "" }
    let all = ComparisonSeries.all(report).filter { $0.entry.family == family }
    let accurate = all.filter { $0.entry.averagePrecision != nil }.max {
      let (a, b) = ($0.entry.averagePrecision ?? 0, $1.entry.averagePrecision ?? 0)
      return a != b ? a < b : $0.index > $1.index
    }
    let fastest = all.filter { $0.entry.timing != nil }.min {
      let (a, b) = ($0.entry.timing?.whole.median ?? 0, $1.entry.timing?.whole.median ?? 0)
      return a != b ? a < b : $0.index < $1.index
    }
    var shown = [accurate, fastest].compactMap(\.self)
    if shown.count == 2 && shown[0].index == shown[1].index { shown.removeLast() }
    return shown.map { series in
      let time = series.entry.timing.map { ", \(HTMLText.milliseconds($0.whole.median)) ms" } ?? ""
      return "\(series.label): AP \(HTMLText.percent(series.entry.averagePrecision)) %\(time)"
    }.joined(separator: "<br>")
  }
}
