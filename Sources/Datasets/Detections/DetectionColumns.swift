/// What stands where in a line of a text file with detections. A class may have blanks in its name; a box is four numbers.
public enum DetectionColumns: String, Sendable, Hashable, Codable, CaseIterable {
  case classScoreBox = "class,score,box"
  /// What Ultralytics' `save_txt save_conf` writes.
  case classBoxScore = "class,box,score"
  /// The same while tracking: the number of the track is last.
  case classBoxScoreTrack = "class,box,score,track"

  /// Of the numbers behind the class.
  var numberCount: Int { self == .classBoxScoreTrack ? 6 : 5 }

  /// Place of the score among the numbers.
  var scorePlace: Int { self == .classScoreBox ? 0 : 4 }

  /// Place of the box's first number.
  var boxPlace: Int { self == .classScoreBox ? 1 : 0 }
}
