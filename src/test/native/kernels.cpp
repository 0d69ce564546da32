// Runs the kernels of src/main/native/cuda on the host: the same source, compiled by g++.
#include <cmath>
#include <tuple>
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
static unsigned atomicAdd(unsigned* place, unsigned value) {
    unsigned old = *place;
    *place += value;
    return old;
}

#include "cuda/kernels.cu"

namespace standin {

// A kernel with its arguments, as they were when it was launched.
struct Launch {
    std::function<void()> thread;
    std::function<bool()> legal;  // whether all its pointers are to device memory, now
};

// A kernel with its signature erased.
struct Entry {
    std::function<Launch(void**)> bind;
    bool barriers;
};

template <class A>
static bool legal(A argument) {
    if constexpr (std::is_pointer_v<A>)
        return argument == nullptr || on_device(argument, sizeof(std::remove_pointer_t<A>));
    return true;
}

template <class... A, size_t... I>
static Launch bound(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
    std::tuple<A...> copies(*(A*)arguments[I]...);
    return {[=] { std::apply(kernel, copies); },
            [=] { return (legal(std::get<I>(copies)) && ...); }};
}

template <class... A>
static Entry entry(void (*kernel)(A...), bool barriers) {
    return {[=](void** arguments) {
                return bound(kernel, arguments, std::index_sequence_for<A...>());
            },
            barriers};
}

static const std::map<std::string, Entry>& entries() {
    static const std::map<std::string, Entry> all = {
#define PLAIN(name) {#name, entry(name, false)}
#define WITH_BARRIERS(name) {#name, entry(name, true)}
        PLAIN(gan4j_uniform),
        PLAIN(gan4j_normal),
        PLAIN(gan4j_dropout),
        WITH_BARRIERS(gan4j_gather),
        PLAIN(gan4j_expand),
        PLAIN(gan4j_maxout_forward),
        WITH_BARRIERS(gan4j_maxout_backward),
        WITH_BARRIERS(gan4j_activation_backward),
        PLAIN(gan4j_bias_activation),
        PLAIN(gan4j_accumulate),
        WITH_BARRIERS(gan4j_channel_sums),
        PLAIN(gan4j_bias_gradient),
        PLAIN(gan4j_max_pool_forward),
        PLAIN(gan4j_max_pool_backward),
        PLAIN(gan4j_scale_rows),
        WITH_BARRIERS(gan4j_gan_loss),
        WITH_BARRIERS(gan4j_update),
        WITH_BARRIERS(gan4j_cap_columns),
        PLAIN(gan4j_schedule),
        PLAIN(gan4j_advance),
        PLAIN(gan4j_fill),
        PLAIN(gan4j_add_row),
        WITH_BARRIERS(gan4j_squared_norms),
        WITH_BARRIERS(gan4j_parzen_tile),
        WITH_BARRIERS(gan4j_nearest_tile),
    };
    return all;
}

bool has_kernel(const std::string& name) { return entries().count(name) != 0; }

static int run_block(const std::function<void()>& thread, bool barriers) {
    unsigned threads = blockDim.x * blockDim.y;
    auto select = [](unsigned i) { threadIdx = {i % blockDim.x, i / blockDim.x, 0}; };
    if (barriers)
        return run_fibers(threads, select, thread)
                   ? SUCCESS
                   : violation(ILLEGAL_ADDRESS, "a barrier that not all threads reach");
    for (unsigned i = 0; i < threads; i++) {
        select(i);
        thread();
    }
    return SUCCESS;
}

std::function<int()> kernel_work(const std::string& name, unsigned grid_x, unsigned grid_y,
                                 unsigned block_x, unsigned block_y, void** arguments) {
    Launch launch = entries().at(name).bind(arguments);
    bool barriers = entries().at(name).barriers;
    return [=] {
        if (!launch.legal())
            return violation(ILLEGAL_ADDRESS, name + " is given what is not device memory");
        blockDim = {block_x, block_y, 1};
        gridDim = {grid_x, grid_y, 1};
        for (unsigned y = 0; y < grid_y; y++)
            for (unsigned x = 0; x < grid_x; x++) {
                blockIdx = {x, y, 0};
                int status = run_block(launch.thread, barriers);
                if (status != SUCCESS) return status;
            }
        return (int)SUCCESS;
    };
}

}  // namespace standin
