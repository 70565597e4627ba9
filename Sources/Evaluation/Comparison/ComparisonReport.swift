import DetectionUtilities
import Foundation

/// Any number of detectors on one labelled set, measured in one run: how well each finds the objects, how long it takes,
/// and how sure the differences are.
///
/// Everything that a table, a page or a file of the comparison shows stands here.
public struct ComparisonReport: Sendable, Codable {
  /// The labelled set that all were measured on.
  public struct DataSet: Sendable, Hashable, Codable {
    /// As it was given.
    public var path: String
    public var images: Int
    /// Objects to be found: crowds and ignored ones left out.
    public var objects: Int
    public var classes: [String]
    /// Classes of the set without an object in it: nothing is said of them.
    public var emptyClasses: [String]

    public init(path: String, images: Int, objects: Int, classes: [String], emptyClasses: [String]) {
      self.path = path
      self.images = images
      self.objects = objects
      self.classes = classes
      self.emptyClasses = emptyClasses
    }
  }

  /// Where the times were taken.
  public struct Machine: Sendable, Hashable, Codable {
    public var processor: String
    public var cores: Int
    /// The widest vector instructions that the network's kernels use, such as `AVX2`.
    public var instructions: String
    /// Of the program.
    public var version: String

    public init(processor: String, cores: Int, instructions: String, version: String) {
      self.processor = processor
      self.cores = cores
      self.instructions = instructions
      self.version = version
    }
  }

  /// A model or a file of detections that could not be measured, or not to the end.
  public struct Failure: Sendable, Hashable, Codable {
    public var name: String
    public var path: String
    /// One sentence.
    public var reason: String
    /// Images that were done before.
    public var finishedImages: Int

    public init(name: String, path: String, reason: String, finishedImages: Int) {
      self.name = name
      self.path = path
      self.reason = reason
      self.finishedImages = finishedImages
    }
  }

  public var title: String
  /// What a figure of accuracy means, in one line.
  public var protocolLine: String
  /// How the times were taken, in one line; nil where nothing was timed.
  public var timingLine: String?
  public var data: DataSet
  public var machine: Machine
  /// In the order in which they were given.
  public var entries: [ComparedDetector]
  /// Every two of the entries.
  public var pairs: [ComparedPair]
  /// Images on which the detectors differ most, the most different one first.
  public var disagreements: [ComparedImage]
  public var failures: [Failure] = []
  /// What a reader should know besides: class names that were mapped, images that were left out.
  public var notes: [String] = []

  /// A report without failures and notes, which are added where there are some.
  public init(
    title: String, protocolLine: String, timingLine: String?, data: DataSet, machine: Machine,
    entries: [ComparedDetector], pairs: [ComparedPair], disagreements: [ComparedImage]
  ) {
    self.title = title
    self.protocolLine = protocolLine
    self.timingLine = timingLine
    self.data = data
    self.machine = machine
    self.entries = entries
    self.pairs = pairs
    self.disagreements = disagreements
  }

  /// The entries that no other one beats in both time and average precision, the fastest first; entries without times
  /// take no part (the Pareto front).
  public var front: [ComparedDetector] {
    let timed = entries.compactMap { entry in
      entry.timing.flatMap { timing in entry.averagePrecision.map { (entry, timing.whole.median, $0) } }
    }.sorted { ($0.1, -$0.2) < ($1.1, -$1.2) }
    var best = -Double.infinity
    return timed.filter { candidate in
      defer { best = max(best, candidate.2) }
      return candidate.2 > best
    }.map(\.0)
  }
}
