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

// Tensor cores, as PTX has the threads of a warp share the operands of a product.
#define TENSOR_CORES 1

static uint32_t tf32_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits + 0x1000u) & ~0x1FFFu;
}

static uint32_t bf16_of(float low, float high) {
    uint32_t bits[2];
    memcpy(&bits[0], &low, sizeof low);
    memcpy(&bits[1], &high, sizeof high);
    for (uint32_t& each : bits) each = (each + 0x7FFFu + (each >> 16 & 1u)) >> 16;
    return bits[0] | bits[1] << 16;
}

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// What all threads of a block hold of a and b. By turns, or a fast thread's next would be read.
struct Operands {
    uint32_t a[4], b[2];
};

static const Operands* operands_of_warp(const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    static Operands all[2][1024];
    static bool turns[1024];
    Operands* these = all[turns[threadIdx.x] = !turns[threadIdx.x]];
    memcpy(these[threadIdx.x].a, a, sizeof a);
    memcpy(these[threadIdx.x].b, b, sizeof b);
    __syncthreads();
    return these + threadIdx.x / 32 * 32;
}

static void multiply_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    const Operands* warp = operands_of_warp(a, b);
    for (unsigned i = 0; i < 4; i++) {
        unsigned row = threadIdx.x % 32 / 4 + i / 2 * 8, column = threadIdx.x % 4 * 2 + i % 2;
        for (unsigned k = 0; k < 8; k++)
            c[i] += float_of(warp[row % 8 * 4 + k % 4].a[row / 8 + k / 4 * 2]) *
                    float_of(warp[column * 4 + k % 4].b[k / 4]);
    }
}

// The lower half of a word is the lower k.
static float half_of(uint32_t word, unsigned k) {
    return float_of(k % 2 == 0 ? word << 16 : word & 0xFFFF0000u);
}

static void multiply_bf16(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    const Operands* warp = operands_of_warp(a, b);
    for (unsigned i = 0; i < 4; i++) {
        unsigned row = threadIdx.x % 32 / 4 + i / 2 * 8, column = threadIdx.x % 4 * 2 + i % 2;
        for (unsigned k = 0; k < 16; k++)
            c[i] += half_of(warp[row % 8 * 4 + k % 8 / 2].a[row / 8 + k / 8 * 2], k) *
                    half_of(warp[column * 4 + k % 8 / 2].b[k / 8], k);
    }
}

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
