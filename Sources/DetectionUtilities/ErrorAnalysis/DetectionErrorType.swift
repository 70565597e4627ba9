/// Why a detection is wrong or an object was not found (Bolya et al., "TIDE: A General Toolbox for Identifying Object
/// Detection Errors", ECCV 2020, section 2.2).
public enum DetectionErrorType: String, CaseIterable, Hashable, Sendable, Codable {
  /// Well placed on an object of another class.
  case classification = "Cls"
  /// The right class, but overlapping the object too little.
  case localisation = "Loc"
  /// Neither the right class nor well placed.
  case both = "Both"
  /// On an object that a detection of higher score has found.
  case duplicate = "Dupe"
  /// On nothing.
  case background = "Bkg"
  /// An object that no detection found, and none of the wrong ones would find if it were put right.
  case missed = "Miss"
}
