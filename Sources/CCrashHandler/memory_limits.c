#define _GNU_SOURCE
#include "internal.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void pch_say(const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t count = write(2, text, length);
    if (count <= 0) return;
    text += count;
    length -= (size_t)count;
  }
}

static void say_number(unsigned long long number) {
  char digits[24];
  char *first = digits + sizeof digits - 1;
  *first = 0;
  do *--first = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  pch_say(first);
}

static int read_file(const char *path, char *text, size_t size) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t count = read(descriptor, text, size - 1);
  close(descriptor);
  text[count > 0 ? count : 0] = 0;
  return count > 0;
}

// A figure of /proc/self/statm, in bytes.
static unsigned long long used_bytes(int column) {
  char text[128];
  if (!read_file("/proc/self/statm", text, sizeof text)) return 0;
  const char *place = text;
  for (; column > 0 && *place; place++)
    if (*place == ' ') column--;
  unsigned long long pages = 0;
  for (; *place >= '0' && *place <= '9'; place++) pages = 10 * pages + (unsigned)(*place - '0');
  return pages * (unsigned long long)sysconf(_SC_PAGESIZE);
}

static const char *name_of(int number) {
  switch (number) {
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGABRT: return "SIGABRT";
    case SIGSEGV: return "SIGSEGV";
    default: return "exit";
  }
}

static int report_limit(int resource, int column, const char *what, const char *option) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
  pch_say("peregrine: memory ran out: ");
  say_number(used_bytes(column) >> 20);
  pch_say(" of the ");
  say_number((unsigned long long)limit.rlim_cur >> 20);
  pch_say(" MiB that the limit of ");
  pch_say(what);
  pch_say(" (ulimit ");
  pch_say(option);
  pch_say(") allows were in use");
  return 1;
}

// Where the system promises no more memory than it has.
static int report_overcommit(void) {
  char text[8];
  if (!read_file("/proc/sys/vm/overcommit_memory", text, sizeof text) || text[0] != '2') return 0;
  pch_say("peregrine: memory ran out: the system grants none beyond what it has (vm.overcommit_memory is 2)");
  return 1;
}

int pch_report_memory(int signal) {
  enum { size = 0, data = 5 };
  if (!report_limit(RLIMIT_AS, size, "address space", "-v") && !report_limit(RLIMIT_DATA, data, "data", "-d") &&
      !report_overcommit())
    return 0;
  if (signal != 0) {
    pch_say("; the likely reason for ");
    pch_say(name_of(signal));
  }
  pch_say("\n");
  return 1;
}
