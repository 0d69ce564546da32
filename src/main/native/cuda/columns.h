// Sums over the rows of a matrix, one for each of its columns. Blocks.java cuts the same way.
//
// A block has a few columns, and several threads, its lanes, for each; neighbours have neighbouring
// columns. A part of the rows is as many as its lanes take in two bursts, so that few rows need one
// block, whose sums wait for no other's, and many rows keep the whole card busy.

// Up to so many rows a block has FEW_COLUMNS columns, 32 bytes of a row, or few rows would keep few
// blocks busy; beyond that it has MANY_COLUMNS.
#define FEW_ROWS 512
#define FEW_COLUMNS 8
#define MANY_COLUMNS 32

// Rows that a thread reads before it writes any.
#define BURST 8

struct Columns {
    int64_t columns, column;  // of the matrix; this thread's, perhaps beyond the last
    uint32_t first, end;      // this block's rows
    unsigned width;           // the block's columns: a power of two
    unsigned lane, lanes;
    unsigned tile, part, parts;
};

__device__ __forceinline__ Columns columns_of_block(int64_t rows, int64_t columns, unsigned most,
                                                    int64_t part_bursts) {
    Columns c;
    c.columns = columns;
    c.width = 1;
    while (c.width < most && c.width < columns) c.width *= 2;
    c.lanes = THREADS / c.width;
    c.lane = threadIdx.x / c.width;
    unsigned tiles = (unsigned)((columns + c.width - 1) / c.width);
    c.part = blockIdx.x / tiles;
    c.tile = blockIdx.x - c.part * tiles;
    c.column = (int64_t)c.tile * c.width + threadIdx.x % c.width;
    int64_t part_rows = part_bursts * BURST * c.lanes;
    int64_t first = c.part * part_rows;
    c.parts = part_rows < rows ? (unsigned)((rows + part_rows - 1) / part_rows) : 1;
    c.first = (uint32_t)first;
    c.end = (uint32_t)(first + part_rows < rows ? first + part_rows : rows);
    return c;
}

// A block that has a part of the rows.
__device__ __forceinline__ Columns part_of_columns(int64_t rows, int64_t columns) {
    return columns_of_block(rows, columns, rows <= FEW_ROWS ? FEW_COLUMNS : MANY_COLUMNS, 2);
}

// Calls load(k, row), then use(k, row), k < BURST, for the rows of this thread's lane: by bursts,
// all loads of one first, so that they are under way together.
template <class Load, class Use>
__device__ __forceinline__ void for_rows(const Columns& c, Load load, Use use) {
    if (c.column >= c.columns) return;
    for (uint32_t row = c.first + c.lane; row < c.end; row += BURST * c.lanes) {
#pragma unroll
        for (unsigned k = 0; k < BURST; k++)
            if (row + k * c.lanes < c.end) load(k, row + k * c.lanes);
#pragma unroll
        for (unsigned k = 0; k < BURST; k++)
            if (row + k * c.lanes < c.end) use(k, row + k * c.lanes);
    }
}

// The sum of a column's values in all lanes of the block, for lane 0. Every thread must call it.
__device__ __forceinline__ double sum_lanes(double value, const Columns& c) {
    __shared__ double of_warps[THREADS / WARP][WARP];
    for (unsigned mask = WARP / 2; mask >= c.width; mask /= 2) value += exchanged(value, mask);
    __syncthreads();  // earlier ones may still be read
    if (threadIdx.x % WARP < c.width) of_warps[threadIdx.x / WARP][threadIdx.x % WARP] = value;
    __syncthreads();
    double sum = 0;
    if (c.lane == 0)
#pragma unroll
        for (int i = 0; i < THREADS / WARP; i++) sum += of_warps[i][threadIdx.x];
    return sum;
}

// What a column's sum goes into, read before there is one.
struct Velocity {
    float* place;
    float before, momentum, minus_rate;
};

__device__ __forceinline__ Velocity velocity_of(float* velocity, const Columns& c,
                                                const State* state) {
    if (velocity == nullptr || c.lane != 0 || c.column >= c.columns) return {nullptr, 0, 0, 0};
    float* place = velocity + c.column;
    return {place, *place, state->momentum, state->minus_learning_rate};
}

// Adds up the columns' values of all threads of all blocks; each sum goes into its velocity once.
// `partial` has room for every part of all columns, `arrived` for a number of every block of
// columns.
__device__ __forceinline__ void sum_columns(float value, const Columns& c, const Velocity& velocity,
                                            double* partial, unsigned* arrived) {
    double sum = sum_lanes(value, c);
    if (c.parts > 1) {
        if (velocity.place != nullptr) {
            partial[c.part * c.columns + c.column] = sum;
            __threadfence();
        }
        if (!arrives_last(arrived + c.tile, c.parts)) return;
        volatile const double* sums = partial;
        sum = 0;
        if (c.column < c.columns)
#pragma unroll 4
            for (unsigned part = c.lane; part < c.parts; part += c.lanes)
                sum += sums[part * c.columns + c.column];
        sum = sum_lanes(sum, c);
    }
    if (velocity.place != nullptr)
        *velocity.place =
            with_gradient(velocity.before, (float)sum, velocity.momentum, velocity.minus_rate);
}
