/// What a program does that cannot go on: it removes the files that it was writing, says in a sentence why it ends where
/// memory ran out, and ends with an exit code that scripts understand.
///
/// Memory that is refused ends a Swift program by a signal, since no array, string or object says whether it got its
/// memory; C++ ends it by another, and OpenMP's library by exit(1).
#ifndef C_CRASH_HANDLER_H
#define C_CRASH_HANDLER_H

/// Handles the signals by which programs crash, from now on and until the process ends, and exit() where a library
/// calls it. To be called once, by the main thread.
///
/// Where the process has a limit of memory and crashes, that is the likely reason: a sentence says so, and the process
/// ends with `exit_code`. Any other crash is left to whoever handled it before, so that it can be traced.
void pch_install(int exit_code);

/// Ends the program as exit() does, and as the program's own wish: exit() called by anybody else is a crash.
_Noreturn void pch_exit(int status);

/// Has a file or folder removed, with all that is in it, where the process crashes.
///
/// Returns a number for pch_forget_temporary, -1 where no room is left for another one.
int pch_register_temporary(const char *path);

/// The file or folder has got its name, or is gone. Does nothing for -1.
void pch_forget_temporary(int number);

#endif
