/// What all kernels share: the processor's instruction sets, asked once, and the threads that kernels run on. Nothing
/// else in the program calls OpenMP.
///
/// The thread count belongs to the calling thread as soon as that thread has been given processors or a number of its own;
/// see pkr_use_processors and pkr_exchange_own_thread_count.
#ifndef C_KERNEL_RUNTIME_H
#define C_KERNEL_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

// ---- instruction sets ---------------------------------------------------------------------------------------

/// AVX2 with fused multiply-add.
bool pkr_has_avx2(void);
/// AVX-512 with the foundation, doubleword, vector length, and byte and word instructions, which every processor with
/// AVX-512 since Skylake has.
bool pkr_has_avx512(void);
/// The same with products of pairs of bf16.
bool pkr_has_avx512_bf16(void);
/// The same with AMX, products of tiles of bf16, which the system has to permit the process; asked for once, when this is
/// first called.
bool pkr_has_amx_bf16(void);

// ---- threads ------------------------------------------------------------------------------------------------

/// Threads that kernels run on from now on; 0 leaves OpenMP's choice, one per processor.
void pkr_set_thread_count(int count);
/// For the calling thread.
int pkr_thread_count(void);
/// Makes OpenMP use that many threads for what the calling thread starts, and binds each to a processor where there is
/// one for every thread. OpenMP keeps the number per calling thread: call it before anything that uses OpenMP.
void pkr_apply_thread_count(void);
/// Has the kernels of the calling thread run on `count` processors from the first-th on, instead of pkr_set_thread_count.
/// For threads that run networks beside each other.
void pkr_use_processors(int first, int count);
/// Has the kernels of the calling thread run on `count` threads instead of pkr_set_thread_count; 0 ends that.
///
/// Returns what the calling thread had before.
int pkr_exchange_own_thread_count(int count);
/// Lets the calling thread run on every processor.
void pkr_unbind_this_thread(void);

// ---- work ---------------------------------------------------------------------------------------------------

/// One item of a loop; `thread` counts from 0 and tells scratch memory apart.
typedef void pkr_body(void *context, int item, int thread);
/// Runs the items of a loop on up to `thread_count` threads: a free thread takes the next one. No item may write where
/// another does; then neither the threads nor their number show in the result.
void pkr_parallel_for(int item_count, int thread_count, pkr_body *body, void *context);
/// Brings memory into the processors' caches in the order in which memory is fastest.
void pkr_read_ahead(const void *memory, size_t byte_count);

#endif
