// Sums over the rows of a matrix, one for each of its columns. Blocks.java cuts the same way.
//
// A block has a few columns, and several threads, its lanes, for each; neighbours have neighbouring
// columns. A part of the rows is as many as its lanes take in two bursts, so that few rows need one
// block, whose sums wait for no other's, and many rows keep the whole card busy.

// Up to so many rows a block has FEW_COLUMNS columns, 32 bytes of a row, or few rows would keep few
// blocks busy; beyond that it has MANY_COLUMNS. Powers of two, like all sizes here: no divisions
// before a kernel's first access.
#define FEW_ROWS 512
#define LOG_FEW_COLUMNS 3
#define FEW_COLUMNS (1 << LOG_FEW_COLUMNS)
#define LOG_MANY_COLUMNS 5

// Rows that a thread reads before it writes any, and the bursts of a part.
#define BURST 8
#define LOG_BURSTS 1

struct Columns {
    uint32_t columns, column;  // of the matrix; this thread's, perhaps beyond the last
    uint32_t first, end;       // this block's rows
    unsigned width;            // the block's columns
    unsigned lane, lanes;
    unsigned tile, part, parts;
};

// This thread's place, if a block has at most 2^log_width columns.
__device__ __forceinline__ Columns whole_columns(int64_t rows, int64_t columns, int log_width) {
    int needed = columns <= 1 ? 0 : 32 - leading_zeros((uint32_t)columns - 1);
    log_width = needed < log_width ? needed : log_width;
    Columns c;
    c.columns = (uint32_t)columns;
    c.width = 1u << log_width;
    c.lanes = THREADS >> log_width;
    c.lane = threadIdx.x >> log_width;
    c.tile = blockIdx.x;
    c.column = (c.tile << log_width) + (threadIdx.x & (c.width - 1));
    c.first = 0;
    c.end = (uint32_t)rows;
    c.part = 0;
    c.parts = 1;
    return c;
}

// The same, if a block has a part of the rows.
__device__ __forceinline__ Columns part_of_columns(int64_t rows, int64_t columns) {
    Columns c = whole_columns(rows, columns,
                              rows <= FEW_ROWS ? LOG_FEW_COLUMNS : LOG_MANY_COLUMNS);
    uint32_t part_rows = BURST * c.lanes << LOG_BURSTS;
    if (rows <= part_rows) return c;
    uint32_t tiles = (c.columns + c.width - 1) / c.width;
    c.parts = ((uint32_t)rows + part_rows - 1) / part_rows;
    c.part = blockIdx.x / tiles;
    c.tile = blockIdx.x - c.part * tiles;
    c.column = c.tile * c.width + (threadIdx.x & (c.width - 1));
    c.first = c.part * part_rows;
    c.end = c.end - c.first < part_rows ? c.end : c.first + part_rows;
    return c;
}

// Where row `row` of a matrix has its column `column`.
__device__ __forceinline__ int64_t position(uint32_t row, uint32_t columns, uint32_t column) {
    return (int64_t)((uint64_t)row * columns + column);
}

// Calls load(k, row), then use(k, row), k < BURST, for the rows of this thread's lane: by bursts,
// all loads of one first, so that they are under way together. Where there are fewer rows than
// that, load gets one of them again, which costs less than a branch.
template <class Load, class Use>
__device__ __forceinline__ void for_rows(const Columns& c, Load load, Use use) {
    if (c.column >= c.columns) return;
    for (uint32_t row = c.first + c.lane; row < c.end; row += BURST * c.lanes) {
#pragma unroll
        for (unsigned k = 0; k < BURST; k++)
            load(k, row + k * c.lanes < c.end ? row + k * c.lanes : row);
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
    float before, momentum, factor;
};

__device__ __forceinline__ Velocity velocity_of(float* velocity, const Columns& c,
                                                const State* state) {
    if (velocity == nullptr || c.lane != 0 || c.column >= c.columns) return {nullptr, 0, 0, 0};
    float* place = velocity + c.column;
    return {place, *place, state->momentum, state->gradient_factor};
}

// Adds up the columns' values of all threads of all blocks; each sum goes into its velocity once.
// `partial` has room for every part of all columns, `arrived` for a number of every block of
// columns.
__device__ __forceinline__ void sum_columns(float value, const Columns& c, const Velocity& velocity,
                                            double* partial, unsigned* arrived) {
    double sum = sum_lanes(value, c);
    if (c.parts > 1) {
        if (velocity.place != nullptr) {
            partial[position(c.part, c.columns, c.column)] = sum;
            __threadfence();
        }
        if (!arrives_last(arrived + c.tile, c.parts)) return;
        volatile const double* sums = partial;
        sum = 0;
        if (c.column < c.columns)
#pragma unroll 4
            for (unsigned part = c.lane; part < c.parts; part += c.lanes)
                sum += sums[position(part, c.columns, c.column)];
        sum = sum_lanes(sum, c);
    }
    if (velocity.place != nullptr)
        *velocity.place =
            with_gradient(velocity.before, (float)sum, velocity.momentum, velocity.factor);
}
