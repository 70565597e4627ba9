import DetectionUtilities
import Files
import ImageCodecs

/// A film in CVAT's XML: objects as `<track>`s, with a shape for each frame or for the key frames alone.
///
/// As in CVAT, a shape holds from its frame to the next one of its track, until one that is `outside`. An export of
/// "key frames only" leaves the frames between them out: there boxes are interpolated linearly, and the last one goes on
/// to the film's end. What was computed so is counted. Frames are those of the file's `<meta>`: a first and a last one
/// and a step.
struct CVATVideo {
  private struct Track {
    var label: String
    var shapes: [(frame: Int, shape: CVATShape)]
    /// Whether it lists its key frames alone.
    var hasKeyFramesOnly: Bool { shapes.allSatisfy { $0.shape.element.attributes["keyframe"]?.trimmed != "0" } }
  }

  /// Of frames and steps: their products stay far below what an Int holds.
  private static let largestNumber = 1 << 30

  let path: String
  private let tracks: [XMLElement]
  private let first: Int
  private let step: Int
  /// Nil where the file does not state it.
  private let count: Int?
  private let size: ImageSize?

  /// Whether a file without images and tracks is of a film, in which there happens to be nothing.
  static func isStated(in root: XMLElement) -> Bool { value("mode", in: root)?.text.trimmed == "interpolation" }

  /// - Throws: ``DatasetError`` where what the file says about its frames cannot be, or they are of several films.
  init(_ root: XMLElement, path: String) throws {
    self.path = path
    func whole(_ name: String) throws -> Int? {
      guard let element = Self.value(name, in: root), !element.text.trimmed.isEmpty else { return nil }
      guard let number = Int(element.text.trimmed), (0...Self.largestNumber).contains(number) else {
        throw element.failure("<\(name)> is '\(element.text.trimmed)'; expected a whole number", path: path)
      }
      return number
    }
    let tracks = root.all("track")
    self.tracks = tracks
    if let other = tracks.first(where: { $0.attributes["task_id"] != tracks[0].attributes["task_id"] }) {
      throw other.failure(
        "a <track> of another task, whose frames have the same numbers; expected one film, so export the tasks one by "
          + "one", path: path)
    }
    let first = try whole("start_frame") ?? 0
    self.first = first
    let filter = Self.value("frame_filter", in: root)?.text.trimmed ?? ""
    let stated = filter.split(separator: "=").last.map { Int($0.trimmed) ?? 0 }
    guard let step = filter.isEmpty ? 1 : stated, (1...Self.largestNumber).contains(step) else {
      throw DatasetError(path: path, problem: "<frame_filter> is '\(filter)'; expected 'step=' and a number above 0")
    }
    self.step = step
    let last = try whole("stop_frame")
    count = try whole("size") ?? last.map { max(0, ($0 - first) / step + 1) }
    guard let original = Self.value("original_size", in: root),
      let width = original.first("width").flatMap({ Int($0.text.trimmed) }),
      let height = original.first("height").flatMap({ Int($0.text.trimmed) }), width > 0, height > 0
    else {
      size = nil
      return
    }
    size = ImageSize(width: width, height: height)
  }

  /// An element of the task or job in `<meta>`.
  private static func value(_ name: String, in root: XMLElement) -> XMLElement? {
    var open = root.first("meta").map { [$0] } ?? []
    while let element = open.popLast() {
      if let found = element.first(name) { return found }
      open += element.children.filter { ["task", "job", "project", "tasks"].contains($0.name) }.reversed()
    }
    return nil
  }

  /// One image a frame, also for those in which nothing is.
  func images(
    in folder: ImageFolder, labels: inout CVATLabels, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> [DatasetSource.Image] {
    var read: [Track] = []
    for element in tracks {
      if let track = try audit.tolerating({ try track(element, audit: &$0) }) { read.append(track) }
    }
    let largest = read.flatMap { $0.shapes.map(\.frame) }.max()
    // Frames of a cut part have numbers of the whole film, or run on past what the file states.
    let stated = count.map { first + max(0, $0 - 1) * step }
    let last = max(stated ?? -1, largest ?? -1, count == nil ? first + (folder.files.count - 1) * step : -1)
    guard last >= first else { return [] }
    guard (last - first) / step < InputLimits.filmFrames else {
      throw DatasetError(
        path: path, problem: "\((last - first) / step + 1) frames; expected at most \(InputLimits.filmFrames)")
    }
    let between = read.reduce(0) { $0 + interpolatedCount(of: $1, last: last) }
    guard between <= InputLimits.interpolatedBoxes else {
      throw DatasetError(
        path: path, problem: "\(between) boxes between key frames; expected at most \(InputLimits.interpolatedBoxes)")
    }
    let frames = Array(stride(from: first, through: last, by: step))
    var images = try zip(frames, files(of: frames, in: folder, options: options, audit: &audit)).map { frame, file in
      DatasetSource.Image(
        path: FilePath.absolute(FilePath.joined(folder.path, file)), labelPath: path, declaredSize: size, objects: [])
    }
    for track in read {
      let classIndex = labels.index(of: track.label)
      try add(
        track, classIndex: classIndex, last: last, readsMasks: options.readsMasks, to: &images, audit: &audit)
    }
    return images
  }

  private func track(_ element: XMLElement, audit: inout DatasetAudit) throws -> Track {
    let label = try CVATShape(element: element, path: path).text("label")
    var shapes: [(frame: Int, shape: CVATShape)] = []
    for child in element.children where child.name != "attribute" {
      let shape = CVATShape(element: child, path: path)
      let frame = try audit.tolerating { _ in
        let frame = try shape.index("frame")
        guard frame >= first, (frame - first) % step == 0 else {
          throw shape.failure("frame \(frame); expected one from \(first) on in steps of \(step)")
        }
        return frame
      }
      if let frame { shapes.append((frame, shape)) }
    }
    shapes.sort { $0.frame < $1.frame }
    return Track(label: label, shapes: shapes)
  }

  /// How many boxes lie between the shapes of a track, or behind its last one.
  private func interpolatedCount(of track: Track, last: Int) -> Int {
    let hasKeyFramesOnly = track.hasKeyFramesOnly
    return track.shapes.enumerated().reduce(0) { count, element in
      let (place, (frame, shape)) = element
      guard !shape.flag("outside") else { return count }
      let next = place + 1 < track.shapes.count ? track.shapes[place + 1].frame : nil
      let end = next ?? (hasKeyFramesOnly ? last + step : frame)
      return count + max(0, (end - frame - 1) / step)
    }
  }

  private func add(
    _ track: Track, classIndex: Int, last: Int, readsMasks: Bool, to images: inout [DatasetSource.Image],
    audit: inout DatasetAudit
  ) throws {
    let hasKeyFramesOnly = track.hasKeyFramesOnly
    for (place, (frame, shape)) in track.shapes.enumerated() where !shape.flag("outside") {
      guard shape.hasBox else {
        audit.leaveOut(shape.element.name, at: shape.place)
        continue
      }
      let next = place + 1 < track.shapes.count ? track.shapes[place + 1] : nil
      // Two shapes of one frame: the later one in the file counts.
      if next?.frame == frame { continue }
      let stated = try audit.tolerating { audit in
        let (box, finding) = try shape.box()
        if let finding { audit.add(finding, at: shape.place) }
        return (box, readsMasks ? try shape.mask() : nil)
      }
      guard let (box, mask) = stated else { continue }
      func append(_ box: BoundingBox, to frame: Int) {
        images[(frame - first) / step].objects.append(
          DatasetSource.Object(box: box, classIndex: classIndex, line: shape.element.line, mask: mask))
      }
      append(box, to: frame)
      let end = next?.frame ?? (hasKeyFramesOnly ? last + step : frame)
      for between in stride(from: frame + step, to: end, by: step) {
        let share = next.map { Double(between - frame) / Double($0.frame - frame) } ?? 0
        guard let box = try interpolated(shape, next?.shape, share: share) else {
          audit.leaveOut("\(shape.element.name) between key frames", at: shape.place)
          continue
        }
        audit.add(.interpolatedBox, at: shape.place.with("frame \(between)"))
        append(box, to: between)
      }
    }
  }

  /// The box between two key frames; nil where the shapes are others, of which CVAT matches the points.
  private func interpolated(_ shape: CVATShape, _ next: CVATShape?, share: Double) throws -> BoundingBox? {
    guard let next, share > 0 else { return try shape.box().0 }
    guard shape.element.name == "box", next.element.name == "box" else { return nil }
    let (from, to) = (try shape.statedBox(), try next.statedBox())
    func mix(_ side: KeyPath<BoundingBox, Double>) -> Double {
      from[keyPath: side] + (to[keyPath: side] - from[keyPath: side]) * share
    }
    let box = BoundingBox(x1: mix(\.x1), y1: mix(\.y1), x2: mix(\.x2), y2: mix(\.y2))
    let degrees = try shape.rotation()
    // The shorter way around.
    let turn = (try next.rotation() - degrees).remainder(dividingBy: 360)
    let angle = degrees + turn * share
    return angle.remainder(dividingBy: 360) == 0 ? box : box.turned(byDegrees: angle)
  }

  /// The image file of each frame: the one named after its number, as CVAT writes them, `frame_000012.PNG`; or else that
  /// of its place among all images in order of name.
  private func files(
    of frames: [Int], in folder: ImageFolder, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> [String] {
    let names = frames.map { frame in
      let digits = String(frame)
      return "frame_" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
    let found = names.map { folder.file(named: $0) }
    let absent = zip(names, found).map { name, file in file ?? name + ".PNG" }
    if folder.files.isEmpty || found.contains(where: { $0 != nil }) { return absent }
    guard folder.files.count == frames.count else {
      if !options.requiresImages { return absent }
      throw DatasetError(
        path: path,
        problem: "\(frames.count) frames and \(folder.files.count) images in \(folder.path), none of which is named "
          + "after a frame; expected '\(absent[0])' and so on, or as many images as frames")
    }
    for (frame, file) in zip(frames, folder.files) {
      audit.add(.frameByOrder, at: DatasetPlace(file: path, detail: "frame \(frame) is \(file)"))
    }
    return folder.files
  }
}
