#ifndef C_CRASH_HANDLER_INTERNAL_H
#define C_CRASH_HANDLER_INTERNAL_H

/// Removes all registered files and folders. Calls nothing that a signal handler must not.
void pch_remove_temporaries(void);

/// Writes a sentence to standard error that says that memory ran out, and returns 1; returns 0 where nothing limits the
/// memory of this process. `signal` is 0 where no signal ended it. Calls nothing that a signal handler must not.
int pch_report_memory(int signal);

/// Writes to standard error.
void pch_say(const char *text);

#endif
