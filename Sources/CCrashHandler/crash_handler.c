#define _GNU_SOURCE
#include "CCrashHandler.h"
#include "internal.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS};
enum { signal_count = sizeof signals / sizeof *signals };

static struct sigaction previous[signal_count];
static int memory_exit_code;
static atomic_bool is_crashing, is_ending;

static void handle(int number, siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  // Threads crash together where memory is short; the first one ends the process.
  if (atomic_exchange(&is_crashing, true)) {
    for (;;) pause();
  }
  pch_remove_temporaries();
  if (number != SIGBUS && pch_report_memory(number)) _exit(memory_exit_code);
  for (int index = 0; index < signal_count; index++) {
    if (signals[index] == number) sigaction(number, &previous[index], NULL);
  }
  atomic_store(&is_crashing, false);
  // The instruction that failed fails again on return; a signal that was sent comes again.
  if (number == SIGABRT || number == SIGTRAP) raise(number);
}

// OpenMP's library ends the program so where it gets no thread or no memory, and says why.
static void end_unasked(void) {
  if (atomic_load(&is_ending)) return;
  fflush(NULL);
  pch_remove_temporaries();
  if (!pch_report_memory(0)) pch_say("peregrine: a library that the program uses ended it; the line before says why\n");
  _exit(memory_exit_code);
}

void pch_install(int exit_code) {
  memory_exit_code = exit_code;
  atexit(end_unasked);
  // Where the stack itself cannot grow, a handler needs another one.
  static _Alignas(16) char stack[1 << 16];
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  for (int index = 0; index < signal_count; index++) sigaction(signals[index], &action, &previous[index]);
}

void pch_exit(int status) {
  atomic_store(&is_ending, true);
  exit(status);
}
