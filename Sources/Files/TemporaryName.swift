import Foundation
import Synchronization

/// What outputs are called until they are whole: `.peregrine-PID-N.partial`, in the folder of the output.
///
/// Whoever makes such a file or folder holds a lock of the system on it. One that nobody holds was left by a run that was
/// killed, and is removed by the next run that writes into the same folder.
enum TemporaryName {
  private static let sweptFolders = Mutex<Set<String>>([])

  static func path(in folder: String, number: Int) -> String {
    PathName.joined(folder, ".peregrine-\(getpid())-\(number).partial")
  }

  /// Takes the lock on what was just made at a path.
  ///
  /// - Returns: False where another run has swept it away meanwhile, so that it has to be made again.
  static func lock(_ descriptor: Int32) -> Bool {
    // A file system that knows no locks does not let anybody sweep either.
    guard flock(descriptor, LOCK_EX) == 0 else { return true }
    var status = stat()
    return fstat(descriptor, &status) != 0 || status.st_nlink > 0
  }

  /// Removes what killed runs left in a folder, the first time that this run writes into it.
  static func sweepOnce(_ folder: String) {
    if sweptFolders.withLock({ $0.insert(folder).inserted }) { sweep(folder) }
  }

  /// Removes what killed runs left in a folder. What cannot be removed stays: it is in nobody's way.
  static func sweep(_ folder: String) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
    for name in names where isTemporary(name) { removeUnlessHeld(PathName.joined(folder, name)) }
  }

  private static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix(".peregrine-"), name.hasSuffix(".partial") else { return false }
    let numbers = name.dropFirst(".peregrine-".count).dropLast(".partial".count)
      .split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }

  private static func removeUnlessHeld(_ path: String) {
    var status = stat()
    // No link is followed, and a pipe is not opened.
    guard lstat(path, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    try? FileManager.default.removeItem(atPath: path)
  }
}
