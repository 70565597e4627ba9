/// How the images come along when a dataset is written.
public enum ImageTransfer: String, Sendable, Hashable, Codable, CaseIterable {
  case copy
  /// A symbolic link to the image, by its absolute path.
  case link
  /// Labels only.
  case none
}
