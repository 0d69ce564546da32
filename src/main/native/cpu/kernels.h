// The CPU build: the loops compiled for several instruction sets, the best one chosen when the
// library loads. Only this header is given to JavaCPP.
#pragma once

#include <omp.h>
#include <stdlib.h>
#include <sys/mman.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "../platform.h"
#include "../arguments.h"

namespace gan4j {

// The kernels of one instruction set, in the order in which loops.h and the others define them,
// which is the same for every set: a kernel's number.
struct KernelTable {
    struct Entry {
        const char* name;
        int64_t words;
        void (*run)(const int64_t* words, long replicas);
    };
    static const int MOST = 64;
    int count;
    Entry entries[MOST];
};

template <auto F>
void run_replicas(const int64_t* words, long replicas) {
    for (long r = 0; r < replicas; r++) Kernel<F>::run(words, r);
}

// Outside of the instruction sets' namespaces, as is all that runs before one is chosen.
template <auto F>
bool add(KernelTable& table, const char* name) {
    if (table.count == KernelTable::MOST) abort();
    table.entries[table.count++] = {name, Kernel<F>::Arguments::WORDS, run_replicas<F>};
    return true;
}

// KERNEL(name, parameters) { ... } defines a kernel for one replica and adds it to the table.
#define KERNEL(name, ...)                                    \
    static void name(__VA_ARGS__);                           \
    static const bool name##_added = add<name>(table, #name); \
    static void name(__VA_ARGS__)

// WIDTH: as many floats as the instruction set works on at once.
namespace plain {
static const int WIDTH = 4;
static KernelTable table;
#include "all.h"
}

#if defined(__x86_64__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
static const int WIDTH = 8;
static KernelTable table;
#include "all.h"
}
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512")
namespace avx512 {
static const int WIDTH = 16;
static KernelTable table;
#include "all.h"
}
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma,prefer-vector-width=512")
namespace avx512_bf16 {
#include "../philox.h"
#include "../elements.h"
#include "../state.h"
#include "loops.h"
#include "half.h"
}
#pragma GCC pop_options
#endif
#undef KERNEL

// The widest instruction set that this processor has: 0 plain, 1 AVX2, 2 AVX-512.
inline int best_instruction_set() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return 2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
    return 0;
}

inline const KernelTable* table_of(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set == 2) return &avx512::table;
    if (instruction_set == 1) return &avx2::table;
#endif
    return &plain::table;
}

inline const KernelTable*& active_table() {
    static const KernelTable* table = table_of(best_instruction_set());
    return table;
}

// For tests: takes another instruction set, at most the best one.
inline void use_instruction_set(int set) {
    active_table() = table_of(set < best_instruction_set() ? set : best_instruction_set());
}

// The version of gan4j that this belongs to.
#define GAN4J_TEXT_OF(word) #word
#define GAN4J_TEXT(macro) GAN4J_TEXT_OF(macro)
inline const char* version() { return GAN4J_TEXT(GAN4J_VERSION); }

inline int kernel_count() { return plain::table.count; }

inline const char* kernel_name(int number) { return plain::table.entries[number].name; }

// Runs a kernel; false, and nothing has run, if it takes another number of words.
inline bool launch(int number, const int64_t* block, long replicas) {
    const KernelTable::Entry& kernel = active_table()->entries[number];
    if (block[0] != kernel.words) return false;
    kernel.run(block + 1, replicas);
    return true;
}

// Zeroed memory, or null where there is none. Large blocks ask for large pages.
inline long allocate(long bytes) {
    const long LARGE_PAGE = 2L << 20;
    long alignment = bytes >= 2 * LARGE_PAGE ? LARGE_PAGE : 4096;
    void* block = nullptr;
    if (posix_memalign(&block, (size_t)alignment, (size_t)bytes) != 0) return 0;
    if (alignment == LARGE_PAGE) madvise(block, (size_t)bytes, MADV_HUGEPAGE);
    memset(block, 0, (size_t)bytes);
    return (long)block;
}

inline void release(long block) { free((void*)block); }

// Copies between a buffer and the memory of a Java buffer.
inline void copy(void* to, const void* from, long bytes) { memcpy(to, from, (size_t)bytes); }

inline int thread_count() { return omp_get_max_threads(); }

// As many threads as OpenMP takes unless it is told otherwise: a quota of time it does not know of.
inline int processor_count() { return omp_get_num_procs(); }

// Of the calling thread's kernels and of oneDNN.
inline void set_thread_count(int threads) { omp_set_num_threads(threads); }

inline float gradient_factor(const long* state) {
    return ((const plain::State*)state)->gradient_factor;
}

inline float momentum(const long* state) { return ((const plain::State*)state)->momentum; }

inline int state_words() { return (int)(sizeof(plain::State) / sizeof(long)); }

// Of maxout_gradients' work space.
inline long winners_bytes(long rows, long in_rows, long inputs, long units, long pieces) {
    return plain::winners_of(nullptr, rows, in_rows, inputs, units, pieces).bytes;
}

// Of half_gradient's work space.
inline long half_gradient_bytes(long rows, long inputs, long outputs) {
#if defined(__x86_64__)
    return avx512_bf16::half_gradient_of(nullptr, rows, inputs, outputs).bytes;
#else
    return 0;
#endif
}

// Only where oneDNN says that the processor multiplies bf16.
inline void half_gradient(long weights, long velocity, long copy, long x, long delta, long work,
                          long rows, long inputs, long outputs, long state) {
#if defined(__x86_64__)
    avx512_bf16::half_gradient((float*)weights, (float*)velocity, (uint16_t*)copy,
                               (const uint16_t*)x, (const uint16_t*)delta, (char*)work, rows,
                               inputs, outputs, (avx512_bf16::State*)state);
#endif
}

// For tests: the words of elements [0, n), n a multiple of 4.
inline void random_words(int* out, long n, long seed, long step, int site) {
    for (long group = 0; group < n / 4; group++) {
        plain::Words words =
            plain::philox((uint64_t)seed, (uint64_t)step, (uint32_t)site, (uint32_t)group);
        out[4 * group] = (int)words.x;
        out[4 * group + 1] = (int)words.y;
        out[4 * group + 2] = (int)words.z;
        out[4 * group + 3] = (int)words.w;
    }
}

}  // namespace gan4j
