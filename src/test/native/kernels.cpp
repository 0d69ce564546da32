// Runs the kernels of src/main/native/cuda on the host: the same source, compiled by g++.
#include <cmath>
#include <type_traits>

#include "fibers.h"
#include "standin.h"

// CUDA's words for g++. Blocks run one after the other, so what a block shares can be static.
struct Index {
    unsigned x, y, z;
};
static Index threadIdx, blockIdx, blockDim, gridDim;
#define __global__
#define __device__
#define __forceinline__ inline
#define __shared__ static
static void __syncthreads() { standin::barrier(); }
static void __threadfence() {}
// All threads of the block must call it, not only those of a warp.
template <class T>
static T __shfl_xor_sync(unsigned, T value, int mask) {
    // By turns, or a fast thread's next value would be read in place of this one.
    static T values[2][1024];
    static bool turns[1024];
    unsigned own = threadIdx.y * blockDim.x + threadIdx.x;
    T* these = values[turns[own] = !turns[own]];
    these[own] = value;
    __syncthreads();
    return these[own ^ (unsigned)mask];
}

static unsigned atomicAdd(unsigned* place, unsigned value) {
    unsigned old = *place;
    *place += value;
    return old;
}

#include "platform.h"
#include "arguments.h"

namespace standin {

// A kernel with its signature erased.
struct Entry {
    int64_t words;
    void (*thread)(const int64_t* words, int64_t replica);
    bool (*legal)(const int64_t* words);  // whether all its pointers are to device memory, now
};

static std::map<std::string, Entry>& entries() {
    static std::map<std::string, Entry> all;
    return all;
}

template <class A>
static bool legal_argument(A argument) {
    if constexpr (std::is_pointer_v<A>)
        return argument == nullptr || on_device(argument, sizeof(std::remove_pointer_t<A>));
    return true;
}

template <auto F>
static bool legal(const int64_t* words) {
    return Kernel<F>::Arguments::call([](auto... a) { return (legal_argument(a) && ...); }, words,
                                      0);
}

template <auto F>
static bool add(const char* name) {
    entries()[name] = {Kernel<F>::Arguments::WORDS, Kernel<F>::run, legal<F>};
    return true;
}

}  // namespace standin

#define KERNEL(name, ...)                                                             \
    static void name##_of(__VA_ARGS__);                                               \
    [[maybe_unused]] static bool name##_added = standin::add<name##_of>("gan4j_" #name); \
    static void name##_of(__VA_ARGS__)
#include "cuda/kernels.cu"

namespace standin {

bool has_kernel(const std::string& name) { return entries().count(name) != 0; }

// Whether its threads meet at barriers or not.
static int run_block(const Entry& kernel, const Block& block) {
    auto select = [](unsigned i) { threadIdx = {i % blockDim.x, i / blockDim.x, 0}; };
    bool together = run_fibers(blockDim.x * blockDim.y, select,
                               [&] { kernel.thread(block.words, blockIdx.y); });
    return together ? SUCCESS : violation(ILLEGAL_ADDRESS, "a barrier that not all threads reach");
}

std::function<int()> kernel_work(const std::string& name, unsigned grid_x, unsigned grid_y,
                                 unsigned block_x, unsigned block_y, void** arguments) {
    Entry kernel = entries().at(name);
    Block block = *(Block*)arguments[0];
    return [=] {
        if (block.count != kernel.words)
            return violation(INVALID_VALUE, name + " is given another number of words");
        if (!kernel.legal(block.words))
            return violation(ILLEGAL_ADDRESS, name + " is given what is not device memory");
        blockDim = {block_x, block_y, 1};
        gridDim = {grid_x, grid_y, 1};
        for (unsigned y = 0; y < grid_y; y++)
            for (unsigned x = 0; x < grid_x; x++) {
                blockIdx = {x, y, 0};
                int status = run_block(kernel, block);
                if (status != SUCCESS) return status;
            }
        return (int)SUCCESS;
    };
}

}  // namespace standin
