// How a kernel is defined, which part of the work a thread does, and how the threads of a block add
// up.

// If a kernel begins before the one that it follows is through, its blocks wait here until that is
// so; the kernels that follow it may be brought to their places meanwhile.
__device__ __forceinline__ void wait_for_earlier_kernel() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;");
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// KERNEL(name, parameters) { ... } defines gan4j_name, which takes its arguments in a block.
#ifndef KERNEL
#define KERNEL(name, ...)                                                  \
    static __device__ __forceinline__ void name##_of(__VA_ARGS__);         \
    extern "C" __global__ void gan4j_##name(const __grid_constant__ Block block) { \
        wait_for_earlier_kernel();                                         \
        Kernel<name##_of>::run(block.words, blockIdx.y);                   \
    }                                                                      \
    static __device__ __forceinline__ void name##_of(__VA_ARGS__)
#endif

// Threads of a block that adds up; the kernels without a sum don't know how many theirs has.
#define THREADS 256
#define WARP 32

// And of one whose warps have a row each.
#define ROW_THREADS 128

// A thread's first item of a loop over all items of a replica, and the way to its next.
__device__ __forceinline__ int64_t first_item() {
    return (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ __forceinline__ int64_t item_step() { return (int64_t)gridDim.x * blockDim.x; }

// Four floats that a thread reads or writes at a time: in one access where they are Whole, one by
// one and only those before the end where they are Loose.
struct alignas(16) Four {
    float v[4];
};

struct Whole {};
struct Loose {};

// Elements i to i + 3 of n, zeros for those beyond the end.
__device__ __forceinline__ Four load_four(Whole, const float* p, int64_t i, int64_t) {
    return *(const Four*)(p + i);
}

__device__ __forceinline__ Four load_four(Loose, const float* p, int64_t i, int64_t n) {
    Four four;
#pragma unroll
    for (int j = 0; j < 4; j++) four.v[j] = i + j < n ? p[i + j] : 0.0f;
    return four;
}

__device__ __forceinline__ void store_four(Whole, float* p, int64_t i, int64_t, Four four) {
    *(Four*)(p + i) = four;
}

__device__ __forceinline__ void store_four(Loose, float* p, int64_t i, int64_t n, Four four) {
#pragma unroll
    for (int j = 0; j < 4; j++)
        if (i + j < n) p[i + j] = four.v[j];
}

// Whether arrays that begin at these addresses can be accessed by whole fours.
__device__ __forceinline__ bool by_fours(const void* a, const void* b = nullptr) {
    return (((size_t)a | (size_t)b) & (sizeof(Four) - 1)) == 0;
}

// Calls body(i, Whole or Loose) for every fourth element i of [0, n).
template <class Body>
__device__ __forceinline__ void for_fours(int64_t n, bool whole, Body body) {
    for (int64_t i = 4 * first_item(); i < n; i += 4 * item_step())
        if (whole && i + 4 <= n)
            body(i, Whole());
        else
            body(i, Loose());
}

// Elements i to i + 3 of n, each times the factor of its row; they may lie in more than one.
__device__ __forceinline__ void scale_by_rows(Four& four, const float* row_scale, int64_t i,
                                              int64_t n, int64_t width) {
    int64_t row = (uint64_t)i / (uint64_t)width, left = (row + 1) * width - i;
    float factor = row_scale[row];
#pragma unroll
    for (int j = 0; j < 4; j++) {
        four.v[j] = factor * four.v[j];
        if (--left == 0 && i + j + 1 < n) {
            factor = row_scale[++row];
            left = width;
        }
    }
}

struct Add {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};

struct Least {
    __device__ float operator()(float a, float b) const { return b < a ? b : a; }
};

// What the threads of a warp exchange: a number of so many bytes.
template <int BYTES>
struct Number;
template <>
struct Number<4> {
    typedef int Type;
};
template <>
struct Number<8> {
    typedef int64_t Type;
};

// The value of the warp's thread whose number differs in the bits of `mask`. Every thread of the
// block must call it.
template <class T>
__device__ __forceinline__ T exchanged(T value, int mask) {
    union {
        T value;
        typename Number<sizeof(T)>::Type number;
    } both;
    both.value = value;
    both.number = __shfl_xor_sync(0xFFFFFFFFu, both.number, mask);
    return both.value;
}

// The values of a warp, combined.
template <class T, class Combine>
__device__ __forceinline__ T reduce_warp(T value, Combine combine) {
#pragma unroll
    for (int mask = WARP / 2; mask > 0; mask /= 2) value = combine(value, exchanged(value, mask));
    return value;
}

// A value of every thread of a block of THREADS, combined over the block in a fixed order; every
// thread gets the result. Every thread of the block must call it.
template <class T, class Combine>
__device__ __forceinline__ T reduce_block(T value, Combine combine) {
    __shared__ T of_warps[THREADS / WARP];
    value = reduce_warp(value, combine);
    __syncthreads();  // earlier results may still be read
    if (threadIdx.x % WARP == 0) of_warps[threadIdx.x / WARP] = value;
    __syncthreads();
    value = of_warps[0];
#pragma unroll
    for (int i = 1; i < THREADS / WARP; i++) value = combine(value, of_warps[i]);
    return value;
}

// The same of N values at once, a warp for each.
template <int N, class T, class Combine>
__device__ __forceinline__ void reduce_block(T (&values)[N], Combine combine) {
    static_assert(N <= THREADS / WARP, "more values than warps");
    __shared__ T all[N][THREADS];
    __syncthreads();  // earlier results may still be read
#pragma unroll
    for (int k = 0; k < N; k++) all[k][threadIdx.x] = values[k];
    __syncthreads();
    unsigned warp = threadIdx.x / WARP, lane = threadIdx.x % WARP;
    T* own = all[warp < N ? warp : 0];
    T value = own[lane];
#pragma unroll
    for (int i = WARP; i < THREADS; i += WARP) value = combine(value, own[i + lane]);
    value = reduce_warp(value, combine);
    __syncthreads();
    if (warp < N && lane == 0) own[0] = value;
    __syncthreads();
#pragma unroll
    for (int k = 0; k < N; k++) values[k] = all[k][0];
}

template <class Combine>
__device__ __forceinline__ void reduce_block(double (&values)[1], Combine combine) {
    values[0] = reduce_block(values[0], combine);
}

// Sums that several blocks share: each leaves its part, then calls __threadfence in the threads
// that wrote it and this in all; the block that comes last adds the parts up in their order, read
// as volatile. Whether this is the last of `parts`. `arrived` is 0 before and after.
__device__ __forceinline__ bool arrives_last(unsigned* arrived, unsigned parts) {
    __shared__ bool last;
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(arrived, 1u) == parts - 1;
        if (last) *arrived = 0;
    }
    __syncthreads();
    if (last) __threadfence();
    return last;
}

// The same sums over all blocks of a replica: whether this block has them. `partial` has room for N
// of every block.
template <int N>
__device__ __forceinline__ bool reduce_blocks(double (&sums)[N], double* partial,
                                              unsigned* arrived) {
    reduce_block(sums, Add());
    if (gridDim.x == 1) return true;
    if (threadIdx.x == 0) {
        for (int k = 0; k < N; k++) partial[(int64_t)blockIdx.x * N + k] = sums[k];
        __threadfence();
    }
    if (!arrives_last(arrived, gridDim.x)) return false;
    volatile const double* parts = partial;
#pragma unroll
    for (int k = 0; k < N; k++) sums[k] = 0;
    for (unsigned part = threadIdx.x; part < gridDim.x; part += THREADS)
#pragma unroll
        for (int k = 0; k < N; k++) sums[k] += parts[part * N + k];
    reduce_block(sums, Add());
    return true;
}
