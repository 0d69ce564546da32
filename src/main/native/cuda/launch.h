// How a kernel is defined, which part of the work a thread does, and how the threads of a block add
// up.

// KERNEL(name, parameters) { ... } defines gan4j_name, which takes its arguments in a block.
#ifndef KERNEL
#define KERNEL(name, ...)                                                  \
    static __device__ __forceinline__ void name##_of(__VA_ARGS__);         \
    extern "C" __global__ void gan4j_##name(const __grid_constant__ Block block) { \
        Kernel<name##_of>::run(block.words, blockIdx.y);                   \
    }                                                                      \
    static __device__ __forceinline__ void name##_of(__VA_ARGS__)
#endif

// Threads of a block in every kernel but those over columns.
#define THREADS 256

// A block over columns has LANES threads for each of COLUMNS columns.
#define COLUMNS 32
#define LANES 16

// A thread's first item of a loop over all items of a replica, and the way to its next.
__device__ __forceinline__ int64_t first_item() {
    return (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ __forceinline__ int64_t item_step() { return (int64_t)gridDim.x * blockDim.x; }

struct Add {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};

struct Least {
    __device__ float operator()(float a, float b) const { return b < a ? b : a; }
};

// N values of every thread of a block of THREADS, each combined over the block in a fixed order;
// every thread gets the results. Every thread of the block must call it.
template <int N, class T, class Combine>
__device__ void reduce_block(T (&values)[N], Combine combine) {
    const int WARP = 32;
    __shared__ T all[N][THREADS];
    __shared__ T some[N][WARP];
    unsigned lane = threadIdx.x % WARP;
    __syncthreads();  // earlier results may still be read
    for (int k = 0; k < N; k++) all[k][threadIdx.x] = values[k];
    __syncthreads();
    for (unsigned k = threadIdx.x / WARP; k < N; k += THREADS / WARP) {
        T sum = all[k][lane];
        for (unsigned i = lane + WARP; i < THREADS; i += WARP) sum = combine(sum, all[k][i]);
        some[k][lane] = sum;
    }
    __syncthreads();
    if (threadIdx.x < N)
        for (int i = 1; i < WARP; i++)
            some[threadIdx.x][0] = combine(some[threadIdx.x][0], some[threadIdx.x][i]);
    __syncthreads();
    for (int k = 0; k < N; k++) values[k] = some[k][0];
}

template <class T, class Combine>
__device__ __forceinline__ T reduce_block(T value, Combine combine) {
    T values[1] = {value};
    reduce_block(values, combine);
    return values[0];
}

// In a block over columns: the sum of a column's LANES values, for the thread of lane 0.
__device__ __forceinline__ float sum_lanes(float value) {
    __shared__ float shared[LANES][COLUMNS];
    shared[threadIdx.y][threadIdx.x] = value;
    __syncthreads();
    float sum = 0.0f;
    if (threadIdx.y == 0)
        for (int lane = 0; lane < LANES; lane++) sum += shared[lane][threadIdx.x];
    return sum;
}

// Sums that several blocks share: each leaves its part, and the one that comes last adds them up in
// their order. For one thread of a block: whether it is the last of `parts`. `arrived` is 0 before
// and after.
__device__ __forceinline__ bool arrives_last(volatile double* part, double sum, unsigned* arrived,
                                             unsigned parts) {
    *part = sum;
    __threadfence();
    if (atomicAdd(arrived, 1u) != parts - 1) return false;
    __threadfence();
    *arrived = 0;
    return true;
}
