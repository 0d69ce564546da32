// A layer's weights take their step where their gradient is made: x'delta by tiles, into the
// velocity, and that into the weights, in one pass over both.

// A block has a tile of TILE x TILE weights; of x and delta it holds TILE_ROWS rows at a time, with
// room between them so that what a warp reads at once lies in different banks.
#define TILE 64
#define TILE_ROWS 32
#define TILE_STRIDE (TILE + 8)

// A warp has 16 x 32 weights of a tile, in four products of 16 x 8.
#define WARP_PRODUCTS 4

// As DeviceOptions.Math counts: to how many bits factors are rounded. Cards without tensor cores for
// that leave them as they are.
enum Precision { TF32, SINGLE, BF16 };

// c <- c + a b by a warp, where a is 16 x 8 or, in bf16, 16 x 16. Thread `4 g + t` of the warp has of
// a the rows g and g + 8, of b and c's columns as PTX says (mma.m16n8k8, mma.m16n8k16).
#ifndef TENSOR_CORES
#if __CUDA_ARCH__ >= 800
#define TENSOR_CORES 1

__device__ __forceinline__ uint32_t tf32_of(float value) {
    uint32_t bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
    return bits;
}

__device__ __forceinline__ uint32_t bf16_of(float low, float high) {
    uint32_t bits;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
    return bits;
}

__device__ __forceinline__ void multiply_tf32(float (&c)[4], const uint32_t (&a)[4],
                                              const uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ __forceinline__ void multiply_bf16(float (&c)[4], const uint32_t (&a)[4],
                                              const uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#else
#define TENSOR_CORES 0
#endif
#endif

// Some columns of TILE_ROWS rows of x or delta.
struct alignas(16) Rows {
    float v[TILE_ROWS][TILE_STRIDE];
};

// A thread's part of them on its way to shared memory.
#define TILE_FOURS (TILE_ROWS * TILE / 4 / THREADS)
struct Fours {
    Four v[TILE_FOURS];
};

__device__ __forceinline__ unsigned row_of_four(int k) {
    return (threadIdx.x + k * THREADS) / (TILE / 4);
}

__device__ __forceinline__ unsigned column_of_four(int k) {
    return 4 * ((threadIdx.x + k * THREADS) % (TILE / 4));
}

// Rows from `first` and TILE columns from `column` on, zeros beyond the matrix.
__device__ __forceinline__ Fours load_rows(const float* matrix, int64_t first, int64_t rows,
                                           int64_t column, int64_t width) {
    bool whole = by_fours(matrix) && width % 4 == 0;
    Fours fours;
#pragma unroll
    for (int k = 0; k < TILE_FOURS; k++) {
        int64_t row = first + row_of_four(k), at = column + column_of_four(k);
        const float* line = matrix + row * width;
        fours.v[k] = {{0.0f, 0.0f, 0.0f, 0.0f}};
        if (row >= rows) continue;
        if (whole && at < width)
            fours.v[k] = load_four(Whole(), line, at, width);
        else
            fours.v[k] = load_four(Loose(), line, at, width);
    }
    return fours;
}

__device__ __forceinline__ void store_rows(Rows& rows, const Fours& fours) {
#pragma unroll
    for (int k = 0; k < TILE_FOURS; k++)
        *(Four*)&rows.v[row_of_four(k)][column_of_four(k)] = fours.v[k];
}

// Where a thread's sums are in the tile: in rows `row` and `row + 8`, of each of the warp's products
// in columns `column + 8 n` and the next.
struct OfTile {
    unsigned row, column;
};

__device__ __forceinline__ OfTile part_of_tile() {
    unsigned lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
    return {16 * (warp % 4) + lane / 4, 32 * (warp / 4) + 2 * (lane % 4)};
}

#if TENSOR_CORES
__device__ __forceinline__ void add_in_tf32(float (&sums)[WARP_PRODUCTS][4], const Rows& x,
                                            const Rows& delta) {
    OfTile at = part_of_tile();
    unsigned g = threadIdx.x % WARP / 4, t = threadIdx.x % 4, left = at.column - 2 * t + g;
#pragma unroll
    for (unsigned k = 0; k < TILE_ROWS; k += 8) {
        uint32_t a[4] = {tf32_of(x.v[k + t][at.row]), tf32_of(x.v[k + t][at.row + 8]),
                         tf32_of(x.v[k + t + 4][at.row]), tf32_of(x.v[k + t + 4][at.row + 8])};
#pragma unroll
        for (int n = 0; n < WARP_PRODUCTS; n++) {
            uint32_t b[2] = {tf32_of(delta.v[k + t][left + 8 * n]),
                             tf32_of(delta.v[k + t + 4][left + 8 * n])};
            multiply_tf32(sums[n], a, b);
        }
    }
}

// Rows k and k + 1 of a column.
__device__ __forceinline__ uint32_t pair_of(const Rows& rows, unsigned k, unsigned column) {
    return bf16_of(rows.v[k][column], rows.v[k + 1][column]);
}

__device__ __forceinline__ void add_in_bf16(float (&sums)[WARP_PRODUCTS][4], const Rows& x,
                                            const Rows& delta) {
    OfTile at = part_of_tile();
    unsigned g = threadIdx.x % WARP / 4, t = threadIdx.x % 4, left = at.column - 2 * t + g;
#pragma unroll
    for (unsigned first = 0; first < TILE_ROWS; first += 16) {
        unsigned k = first + 2 * t;
        uint32_t a[4] = {pair_of(x, k, at.row), pair_of(x, k, at.row + 8),
                         pair_of(x, k + 8, at.row), pair_of(x, k + 8, at.row + 8)};
#pragma unroll
        for (int n = 0; n < WARP_PRODUCTS; n++) {
            uint32_t b[2] = {pair_of(delta, k, left + 8 * n), pair_of(delta, k + 8, left + 8 * n)};
            multiply_bf16(sums[n], a, b);
        }
    }
}
#endif

__device__ __forceinline__ void add_single(float (&sums)[WARP_PRODUCTS][4], const Rows& x,
                                           const Rows& delta) {
    OfTile at = part_of_tile();
#pragma unroll 4
    for (int k = 0; k < TILE_ROWS; k++) {
        float upper = x.v[k][at.row], lower = x.v[k][at.row + 8];
#pragma unroll
        for (int n = 0; n < WARP_PRODUCTS; n++) {
            float first = delta.v[k][at.column + 8 * n];
            float second = delta.v[k][at.column + 8 * n + 1];
            sums[n][0] = fmaf(upper, first, sums[n][0]);
            sums[n][1] = fmaf(upper, second, sums[n][1]);
            sums[n][2] = fmaf(lower, first, sums[n][2]);
            sums[n][3] = fmaf(lower, second, sums[n][3]);
        }
    }
}

__device__ __forceinline__ void add_rows(float (&sums)[WARP_PRODUCTS][4], const Rows& x,
                                         const Rows& delta, int precision) {
#if TENSOR_CORES
    if (precision == TF32) return add_in_tf32(sums, x, delta);
    if (precision == BF16) return add_in_bf16(sums, x, delta);
#endif
    add_single(sums, x, delta);
}

// Biases take the step that their velocity already has. Without weights: the velocity alone. `partial`
// has room for a sum of every block.
KERNEL(weight_step, float* weights, float* velocity, float* biases, const float* bias_velocity,
       const float* x, const float* delta, int64_t rows, int64_t inputs, int64_t outputs, int precision,
       State* state, double* partial, unsigned* arrived) {
    __shared__ Rows of_x, of_delta;
    int64_t across = (outputs + TILE - 1) / TILE;
    int64_t top = blockIdx.x / across * TILE, left = blockIdx.x % across * TILE;
    float sums[WARP_PRODUCTS][4] = {};
    Fours next_x = load_rows(x, 0, rows, top, inputs);
    Fours next_delta = load_rows(delta, 0, rows, left, outputs);
    for (int64_t row = 0; row < rows; row += TILE_ROWS) {
        __syncthreads();  // those before may still be read
        store_rows(of_x, next_x);
        store_rows(of_delta, next_delta);
        __syncthreads();
        next_x = load_rows(x, row + TILE_ROWS, rows, top, inputs);
        next_delta = load_rows(delta, row + TILE_ROWS, rows, left, outputs);
        add_rows(sums, of_x, of_delta, precision);
    }
    OfTile at = part_of_tile();
    float momentum = state->momentum, factor = state->gradient_factor;
    double square[1] = {0};
#pragma unroll
    for (int i = 0; i < 4 * WARP_PRODUCTS; i++) {
        int64_t input = top + at.row + (i & 2) * 4, output = left + at.column + i / 4 * 8 + (i & 1);
        if (input >= inputs || output >= outputs) continue;
        float* place = velocity + input * outputs + output;
        // Of what has the factor 0, and without momentum of what stands there, nothing is taken.
        float gradient = factor == 0.0f ? 0.0f : sums[i / 4][i & 3];
        float move = momentum == 0.0f ? factor * gradient
                                      : with_gradient(*place, gradient, momentum, factor);
        *place = move;
        if (weights != nullptr) weights[input * outputs + output] += move;
        square[0] += (double)move * (double)move;
    }
    if (weights == nullptr) return;
    int64_t output = left + threadIdx.x;
    if (top == 0 && threadIdx.x < TILE && output < outputs) {
        float move = bias_velocity[output];
        biases[output] += move;
        square[0] += (double)move * (double)move;
    }
    if (reduce_blocks(square, partial, arrived) && threadIdx.x == 0)
        state->update_square += square[0];
}
