/// A step on the way to an architecture, as its paper has it: what comparisons tell of where detectors come from.
public struct LineageStep: Hashable, Sendable {
  public var name: String
  public var year: Int
  /// Authors, title, place.
  public var paper: String
  /// Where the regions come from that are classified.
  public var regions: String
  /// How often the network runs.
  public var runs: String
  /// What is trained, and in how many steps.
  public var training: String
  /// What of it is in this program, as HTML.
  public var here: String
  /// What reports of comparisons call the detectors that have taken this step; nil for a step on the way.
  public var reportName: String?

  /// Eight parts, for a row of a table has as many.
  public init(
    name: String, year: Int, paper: String, regions: String, runs: String, training: String, here: String,
    reportName: String? = nil
  ) {
    self.name = name
    self.year = year
    self.paper = paper
    self.regions = regions
    self.runs = runs
    self.training = training
    self.here = here
    self.reportName = reportName
  }
}
