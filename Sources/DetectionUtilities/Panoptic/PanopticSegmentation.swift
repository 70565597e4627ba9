/// A segment for every pixel of an image: the instances of things, and the regions of stuff, each a segment with a class.
public struct PanopticSegmentation: Sendable, Hashable {
  /// A part of an image: an object, or all pixels of a class of stuff.
  public struct Segment: Sendable, Hashable {
    /// As pixels name it; not 0.
    public var id: Int
    /// Index into the class list, from 0.
    public var classIndex: Int
    /// Objects too many to be told apart; only of ground truth.
    public var isCrowd: Bool
    /// In pixels, as its file says; nil for the number of pixels that name it.
    public var area: Int?

    public init(id: Int, classIndex: Int, isCrowd: Bool = false, area: Int? = nil) {
      self.id = id
      self.classIndex = classIndex
      self.isCrowd = isCrowd
      self.area = area
    }
  }

  /// A segmentation whose pixels and list of segments do not agree.
  public enum Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
    case unlisted(id: Int)
    case empty(id: Int)
    case repeated(id: Int)

    public var description: String {
      switch self {
      case .unlisted(let id): "has pixels of the segment \(id), which its list of segments lacks"
      case .empty(let id): "has no pixel of the segment \(id) of its list; expected one or more"
      case .repeated(let id): "lists the segment \(id) twice"
      }
    }
  }

  /// The segment of every pixel, row-major; 0 for none.
  public var ids: [UInt32]
  /// In the order of their file.
  public var segments: [Segment]

  public init(ids: [UInt32], segments: [Segment]) {
    self.ids = ids
    self.segments = segments
  }
}
