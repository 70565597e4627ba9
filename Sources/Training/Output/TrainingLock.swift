internal import Foundation

/// The right to write into a training folder, which one run has at a time.
///
/// It is a lock of the system on the file `.lock` in the folder: a run that dies in whatever way loses it.
final class TrainingLock {
  private let path: String
  /// Nil where the file system knows no locks.
  private var descriptor: Int32?

  /// - Throws: ``TrainingError`` where another run has it, or the file cannot be made.
  init(folder: String) throws(TrainingError) {
    path = folder + "/.lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else {
        throw .unwritable(path: folder, reason: String(cString: strerror(errno)))
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let isTaken = errno == EWOULDBLOCK
        close(descriptor)
        if isTaken { throw .folderLocked(folder) }
        self.descriptor = nil
        return
      }
      // The run that had it may have removed the file between the two calls; then the lock is on nothing.
      var (held, there) = (stat(), stat())
      if fstat(descriptor, &held) == 0, stat(path, &there) == 0, held.st_ino == there.st_ino,
        held.st_dev == there.st_dev
      {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  /// Gives the folder free.
  func release() {
    guard let descriptor else { return }
    self.descriptor = nil
    unlink(path)
    close(descriptor)
  }
}
