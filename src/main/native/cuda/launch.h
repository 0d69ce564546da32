// Which part of the work a thread does, and how the threads of a block add up.

// Threads of a block in every kernel but those over columns.
#define THREADS 256

// A block over columns has LANES threads for each of COLUMNS columns.
#define COLUMNS 32
#define LANES 16

#define KERNEL extern "C" __global__ void

// A thread's first item of a loop over all items of a replica, and the way to its next.
__device__ __forceinline__ int64_t first_item() {
    return (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ __forceinline__ int64_t item_step() { return (int64_t)gridDim.x * blockDim.x; }

template <class T>
__device__ __forceinline__ T* replica_of(T* buffer, int64_t stride) {
    return buffer == nullptr ? nullptr : buffer + blockIdx.y * stride;
}

__device__ __forceinline__ State* state_of(int64_t* state, int64_t stride) {
    return (State*)(state + blockIdx.y * stride);
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

// All values of a block of THREADS threads, combined in a fixed order; every thread gets the
// result. Every thread of the block must call it.
template <class T, class Combine>
__device__ T reduce_block(T value, Combine combine) {
    __shared__ T shared[THREADS];
    __syncthreads();  // an earlier result may still be read
    shared[threadIdx.x] = value;
    __syncthreads();
    for (unsigned half = THREADS / 2; half > 0; half /= 2) {
        if (threadIdx.x < half)
            shared[threadIdx.x] = combine(shared[threadIdx.x], shared[threadIdx.x + half]);
        __syncthreads();
    }
    return shared[0];
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

// v <- momentum v - learning_rate gradient.
__device__ __forceinline__ void add_to_velocity(float* velocity, float gradient, const State* s) {
    *velocity = s->momentum * *velocity + s->minus_learning_rate * gradient;
}
