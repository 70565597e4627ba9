import Models

extension FasterRCNNArchitecture {
  /// The way from R-CNN: what each paper took out of the way of the one before.
  public static var lineage: [LineageStep] {
    [
      LineageStep(
        name: "R-CNN", year: 2014,
        paper:
          "Girshick, Donahue, Darrell and Malik, “Rich feature hierarchies for accurate object detection and semantic "
          + "segmentation”, CVPR 2014, arXiv:1311.2524",
        regions: "From outside of the network: selective search, about 2,000 an image",
        runs: "Once for every region, which is cut out and warped to one size",
        training:
          "In separate steps: the network is fine-tuned on regions, then a linear SVM for each class and a regression "
          + "of the boxes are fitted to its features",
        here:
          "<code>--method r-cnn</code> of <code>evaluate</code> and <code>benchmark</code> sends every region through "
          + "the whole network of a Faster R-CNN model; no SVMs"),
      LineageStep(
        name: "Fast R-CNN", year: 2015, paper: "Girshick, “Fast R-CNN”, ICCV 2015, arXiv:1504.08083",
        regions: "From outside of the network, as before",
        runs: "Once an image; every region is pooled out of its maps, and only the head runs for each",
        training: "Network, classes and boxes together, with one loss of two parts",
        here:
          "<code>--method fast-r-cnn</code> of <code>evaluate</code> and <code>benchmark</code>, on the weights of a "
          + "Faster R-CNN model; regions by selective search, sliding windows, at random or from a file"),
      LineageStep(
        name: "Faster R-CNN", year: 2015,
        paper:
          "Ren, He, Girshick and Sun, “Faster R-CNN: towards real-time object detection with region proposal networks”, "
          + "NIPS 2015, arXiv:1506.01497",
        regions: "From a network of its own that shares the maps: the region proposal network",
        runs: "Once an image; the head runs for every proposal",
        training: "Both networks, in four alternating steps or, approximately, jointly",
        here: "In full, over a feature pyramid; trained jointly, and the default <code>--method faster-r-cnn</code>",
        reportName: reportName),
    ]
  }
}
