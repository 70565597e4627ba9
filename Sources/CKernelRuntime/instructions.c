#define _GNU_SOURCE
#include "CKernelRuntime.h"

#include <pthread.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#endif

bool pkr_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

bool pkr_has_avx512(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

bool pkr_has_avx512_bf16(void) {
#if defined(__x86_64__)
  return pkr_has_avx512() && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

#if defined(__x86_64__) && defined(SYS_arch_prctl)
static pthread_once_t amx_once = PTHREAD_ONCE_INIT;
static bool amx_is_permitted = false;

// The bits are those of the Intel SDM: CPUID leaf 7 (AMX-BF16, AMX-TILE), XCR0 (tile configuration and data). Linux saves tiles
// for processes that asked (Documentation/arch/x86/xstate.rst); old kernels know no such request.
static void ask_for_amx(void) {
  enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, TILE_STATE = 3 << 17, REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  unsigned a, b, c, d;
  if (!pkr_has_avx512_bf16() || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
  if ((d & AMX_BF16) == 0 || (d & AMX_TILE) == 0) return;
  // The system saves extended state at all.
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0) return;
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & TILE_STATE) != TILE_STATE) return;
  amx_is_permitted = syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

bool pkr_has_amx_bf16(void) {
  pthread_once(&amx_once, ask_for_amx);
  return amx_is_permitted;
}
#else
bool pkr_has_amx_bf16(void) { return false; }
#endif
