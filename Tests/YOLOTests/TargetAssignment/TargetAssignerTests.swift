import DetectionUtilities
import Tensors
import Testing
import YOLO

/// One level of 4×4 cells with stride 8 and square anchors; raw zeros mean a box of the anchor's size in each cell.
@Suite struct TargetAssignerTests {
  private let outputs = [Tensor(zeros: [1, 7, 4, 4])]

  private func assigner(
    _ strategy: TargetAssignerConfiguration.Strategy, anchorSides: [Double] = [8], scaleXY: Double = 2,
    classCount: Int = 2, _ change: (inout TargetAssignerConfiguration) -> Void = { _ in }
  ) -> TargetAssigner {
    var configuration = TargetAssignerConfiguration()
    configuration.strategy = strategy
    change(&configuration)
    let head = YOLOHeadConfiguration.small(
      anchorSides: [anchorSides], strides: [8], classCount: classCount, scaleXY: scaleXY)
    return TargetAssigner(head: head, configuration: configuration)
  }

  /// [row, column] of each positive.
  private func cells(_ assignment: TargetAssignment) -> [[Int]] {
    assignment.positives.map { [$0.location.row, $0.location.column] }
  }

  private func location(_ row: Int, _ column: Int, anchor: Int = 0) -> GridLocation {
    GridLocation(image: 0, level: 0, anchor: anchor, row: row, column: column)
  }

  // The centre (10, 13) is (1.25, 1.625) in cells: left half of column 1, lower half of row 1.
  @Test(arguments: [
    (2.0, labelled(6, 9, 14, 17), [[1, 0], [1, 1], [2, 1]]),
    // YOLOv3: a cell reaches only its own area.
    (1.0, labelled(6, 9, 14, 17), [[1, 1]]),
    // s = 1.5: three quarters of a cell; the row below is 0.875 away, the column to the left exactly 0.75.
    (1.5, labelled(6, 9, 14, 17), [[1, 1]]),
    (1.6, labelled(6, 9, 14, 17), [[1, 0], [1, 1]]),
    // Exactly the centre of a cell: every neighbour is a whole cell away.
    (2.0, labelled(8, 8, 16, 16), [[1, 1]]),
    // The centre on the right border, and in the corner.
    (2.0, labelled(28, 8, 36, 16), [[1, 3]]),
    (2.0, labelled(28, 28, 36, 36), [[3, 3]]),
    (2.0, labelled(-4, -4, 4, 4), [[0, 0]]),
    // Far outside, but no crash.
    (2.0, labelled(1e300, 1e300, 2e300, 2e300), [[3, 3]]),
    // Smaller than a cell, and larger than the image with its centre where four cells meet.
    (2.0, labelled(11, 11, 13, 13), [[1, 1]]),
    (2.0, labelled(-100, -100, 132, 132), [[1, 2], [2, 1], [2, 2]]),
  ])
  func fixedCells(scaleXY: Double, truth: LabelledBox, expected: [[Int]]) {
    let assigner = assigner(.fixed, scaleXY: scaleXY)
    let assignment = assigner(outputs: outputs, targets: [[truth]])
    #expect(cells(assignment) == expected)
    #expect(assignment.positives.allSatisfy { $0.groundTruth == 0 })
  }

  @Test func anchorsWhoseSidesFit() {
    // Ratios 1, 3 and 4 (not below 4) to a box of 8×8.
    let assigner = assigner(.fixed, anchorSides: [8, 24, 32])
    let outputs = [Tensor(zeros: [1, 21, 4, 4])]
    #expect(assigner(outputs: outputs, targets: [[labelled(8, 8, 16, 16)]]).positives.map(\.location.anchor) == [0, 1])
    // 160 wide, 16 high: ratios 20, 6.7 and 5: none fits, the last comes nearest.
    let wide = labelled(-68, 4, 92, 20)
    #expect(Set(assigner(outputs: outputs, targets: [[wide]]).positives.map(\.location.anchor)) == [2])
  }

  @Test func theBetterShapeWinsACell() {
    let assigner = assigner(.fixed)
    let same = labelled(8, 8, 16, 16)
    let larger = labelled(6, 6, 18, 18)
    #expect(assigner(outputs: outputs, targets: [[larger, same]]).positives.map(\.groundTruth) == [1])
    #expect(assigner(outputs: outputs, targets: [[same, same]]).positives.map(\.groundTruth) == [0])
  }

  // Anchor boxes of 8×8 in the four candidate cells have the IoUs (1, 1) 42/86 = 0.49, (1, 0) 14/114 = 0.12,
  // (2, 1) 6/122 = 0.05, (2, 0) 2/126 = 0.02 with the truth; their sum is below 1.
  @Test func dynamicCountFollowsTheIoUs() {
    let assigner = assigner(.dynamic)
    let truth = labelled(6, 9, 14, 17)
    #expect(cells(assigner(outputs: outputs, targets: [[truth]])) == [[1, 1]])

    // (2, 0) made exact: 2σ(ln 7) − 0.5 = 1.25, 2σ(−ln 15) − 0.5 + 2 = 1.625. Sum 1.66.
    var better = outputs
    assigner.head.set([1.9459101, -2.7080502], at: location(2, 0), in: &better)
    #expect(cells(assigner(outputs: better, targets: [[truth]])) == [[2, 0]])

    // (1, 1) made exact as well: 2σ(ln 0.6) + 0.5 = 1.25, 2σ(ln 9/7) + 0.5 = 1.625. Sum 2.17.
    assigner.head.set([-0.5108256, 0.2513144], at: location(1, 1), in: &better)
    #expect(cells(assigner(outputs: better, targets: [[truth]])) == [[1, 1], [2, 0]])

    // The highest IoU alone makes k = 1; the class decides between the two exact ones.
    let one = self.assigner(.dynamic) { $0.topCandidates = 1 }
    assigner.head.set([1.9459101, -2.7080502, 0, 0, 0, 3, -3], at: location(2, 0), in: &better)
    #expect(cells(one(outputs: better, targets: [[truth]])) == [[2, 0]])
    let other = LabelledBox(box: truth.box, classIndex: 1)
    #expect(cells(one(outputs: better, targets: [[other]])) == [[1, 1]])
    // Costs of the wrong class at the right place, 3.04, and the right class with an IoU of 0.49, 1.15 + 0.72·λ.
    assigner.head.set([0, 0, 0, 0, 0, -1, 0], at: location(1, 1), in: &better)
    #expect(cells(one(outputs: better, targets: [[other]])) == [[2, 0]])
    let lenient = self.assigner(.dynamic) {
      $0.topCandidates = 1
      $0.iouCostWeight = 2
    }
    #expect(cells(lenient(outputs: better, targets: [[other]])) == [[1, 1]])
  }

  @Test func centerRadiusNarrows() {
    let narrow = assigner(.dynamic) { $0.centerRadius = 0.3 }
    var better = outputs
    // The exact box at (2, 0) would win, but the cell is too far away.
    narrow.head.set([1.9459101, -2.7080502], at: location(2, 0), in: &better)
    #expect(cells(narrow(outputs: better, targets: [[labelled(6, 9, 14, 17)]])) == [[1, 1]])
  }

  @Test func theLowerCostWinsAPrediction() {
    let assigner = assigner(.dynamic)
    let truths = [labelled(8, 8, 16, 16, 0), labelled(8, 8, 16, 16, 1)]
    #expect(assigner(outputs: outputs, targets: [truths]).positives.map(\.groundTruth) == [0])
    var outputs = outputs
    assigner.head.set([0, 0, 0, 0, 0, -1, 1], at: location(1, 1), in: &outputs)
    #expect(assigner(outputs: outputs, targets: [truths]).positives.map(\.groundTruth) == [1])
  }

  @Test func manyClasses() {
    let assigner = assigner(.dynamic, classCount: 40) { $0.topCandidates = 1 }
    let truth = labelled(6, 9, 14, 17, 37)
    var outputs = [Tensor(repeating: -2, shape: [1, 45, 4, 4])]
    // Two boxes alike; one is sure of the class, the other of a wrong one besides.
    let exact: [Float] = [1.9459101, -2.7080502, 0, 0, 5]
    var classes = [Float](repeating: -2, count: 40)
    classes[37] = 3
    assigner.head.set(exact + classes, at: location(2, 0), in: &outputs)
    classes[3] = 3
    assigner.head.set([-0.5108256, 0.2513144, 0, 0, 5] + classes, at: location(1, 1), in: &outputs)
    #expect(cells(assigner(outputs: outputs, targets: [[truth]])) == [[2, 0]])
  }

  @Test(arguments: TargetAssignerConfiguration.Strategy.allCases)
  func noPredictionForDegenerateTruths(strategy: TargetAssignerConfiguration.Strategy) {
    let truths = [
      labelled(8, 8, 8, 8), labelled(8, 8, 16, 8), labelled(16, 16, 8, 8), labelled(.nan, 0, 8, 8),
      labelled(0, 0, .infinity, 8),
    ]
    #expect(assigner(strategy)(outputs: outputs, targets: [truths]).positives.isEmpty)
    #expect(assigner(strategy)(outputs: outputs, targets: [[]]).positives.isEmpty)
    let usable = truths + [labelled(8, 8, 16, 16)]
    #expect(assigner(strategy)(outputs: outputs, targets: [usable]).positives.map(\.groundTruth) == [5])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func rawNumbersThatAreNotFinite(value: Float) {
    let outputs = [Tensor(repeating: value, shape: [1, 7, 4, 4])]
    let assignment = assigner(.dynamic) { $0.ignoreIoU = 0.5 }(outputs: outputs, targets: [[labelled(6, 9, 14, 17)]])
    #expect(assignment.positives.count == 1)
  }

  @Test func ignoresGoodPredictionsOfNobody() {
    // Two anchors alike, one chosen.
    let outputs = [Tensor(zeros: [1, 14, 4, 4])]
    let targets = [[labelled(8, 8, 16, 16)]]
    let ignoring = assigner(.dynamic, anchorSides: [8, 8]) {
      $0.topCandidates = 1
      $0.ignoreIoU = 0.7
    }
    let assignment = ignoring(outputs: outputs, targets: targets)
    #expect(assignment.positives.map(\.location) == [location(1, 1, anchor: 0)])
    #expect(assignment.ignored == [location(1, 1, anchor: 1)])
    let counting = assigner(.dynamic, anchorSides: [8, 8]) { $0.topCandidates = 1 }
    #expect(counting(outputs: outputs, targets: targets).ignored.isEmpty)
  }

  @Test func levelsAndImages() {
    let head = YOLOHeadConfiguration.small(anchorSides: [[8], [64]], strides: [8, 16], classCount: 1)
    var configuration = TargetAssignerConfiguration()
    configuration.strategy = .fixed
    let assigner = TargetAssigner(head: head, configuration: configuration)
    let outputs = [Tensor(zeros: [3, 6, 4, 4]), Tensor(zeros: [3, 6, 2, 2])]
    let assignment = assigner(outputs: outputs, targets: [[labelled(-16, -16, 32, 32)], [], [labelled(8, 8, 16, 16)]])
    #expect(
      assignment.positives == [
        .init(location: GridLocation(image: 0, level: 1, anchor: 0, row: 0, column: 0), groundTruth: 0),
        .init(location: GridLocation(image: 2, level: 0, anchor: 0, row: 1, column: 1), groundTruth: 0),
      ])
  }
}
