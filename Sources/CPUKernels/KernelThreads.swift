internal import CKernelRuntime

/// The threads and processors that kernels run on.
public enum KernelThreads {
  /// Threads that kernels run on; setting it holds for kernels created afterwards. Zero leaves OpenMP's choice.
  public static var count: Int {
    get { Int(pkr_thread_count()) }
    set { pkr_set_thread_count(Int32(newValue)) }
  }

  /// Has the kernels that the calling thread creates and runs from now on use these processors, a thread on each,
  /// instead of ``count`` threads; ``count`` then says how many. For threads that run networks beside each
  /// other. A single thread is left to the system's scheduler.
  ///
  /// - Precondition: there is at least one.
  public static func useProcessors(_ processors: Range<Int>) {
    precondition(!processors.isEmpty, "kernels run on at least one thread")
    pkr_use_processors(Int32(processors.lowerBound), Int32(processors.count))
  }

  /// Brings memory into the processors' caches in the order in which memory is fastest.
  public static func readAhead(_ memory: UnsafeRawPointer, byteCount: Int) { pkr_read_ahead(memory, byteCount) }

  /// Lets the calling thread run on every processor; for threads that work beside the kernels, whose own threads are
  /// bound to one processor each.
  public static func unbindThisThread() { pkr_unbind_this_thread() }
}
