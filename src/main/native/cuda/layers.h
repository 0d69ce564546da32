// What stands between the matrix products of a network.

// The largest of a unit's pieces, and which it was: the first of equals.
__device__ __forceinline__ float maxout_unit(const float* piece, int64_t pieces, int* winner) {
    float best = piece[0], poison = piece[0];
    int which = 0;
    for (int p = 1; p < pieces; p++) take_larger(best, which, poison, piece[p], p);
    *winner = which;
    return largest_or_nan(best, poison);
}

__device__ __forceinline__ void maxout_one(float* out, unsigned char* winner, const float* in,
                                           int64_t i, int64_t pieces, bool kept, float scale) {
    int which;
    float best = pieces == 5 ? maxout_unit(in + 5 * i, 5, &which)
                             : maxout_unit(in + pieces * i, pieces, &which);
    out[i] = kept ? best * scale : 0.0f;
    winner[i] = kept ? (unsigned char)which : DROPPED;
}

// Without a state: without dropout.
KERNEL(maxout_forward, float* out, unsigned char* winner, const float* in, int64_t rows,
       int64_t units, int64_t pieces, uint32_t threshold, float scale, const State* state,
       int site) {
    int64_t n = rows * units;
    if (state == nullptr)
        for (int64_t i = first_item(); i < n; i += item_step())
            maxout_one(out, winner, in, i, pieces, true, 1.0f);
    else
        for_random(n, state, site, [=](int64_t i, uint32_t bits) {
            maxout_one(out, winner, in, i, pieces, bits < threshold, scale);
        });
}

__device__ __forceinline__ void add_to_velocity(float* velocity, float gradient, const State* s) {
    *velocity = with_gradient(*velocity, gradient, s->momentum, s->minus_learning_rate);
}

// A block over columns of `out`.
KERNEL(maxout_backward, float* out, float* bias_velocity, const float* delta,
       const unsigned char* winner, const float* row_scale, int64_t rows, int64_t units,
       int64_t pieces, float scale, const State* state) {
    int64_t width = units * pieces;
    int64_t column = (int64_t)blockIdx.x * COLUMNS + threadIdx.x;
    int64_t unit = column / pieces;
    int piece = (int)(column - unit * pieces);
    float sum = 0.0f;
    if (column < width)
        for (int64_t row = threadIdx.y; row < rows; row += LANES) {
            bool won = winner[row * units + unit] == piece;
            float value = won ? delta[row * units + unit] * scale : 0.0f;
            out[row * width + column] = value;
            if (won) sum += (row_scale == nullptr ? 1.0f : row_scale[row]) * value;
        }
    sum = sum_lanes(sum);
    if (bias_velocity != nullptr && threadIdx.y == 0 && column < width)
        add_to_velocity(bias_velocity + column, sum, state);
}

// A block over columns of `delta`.
KERNEL(activation_backward, float* delta, float* bias_velocity, const float* y,
       const float* row_scale, int64_t rows, int64_t units, int activation, const State* state) {
    int64_t column = (int64_t)blockIdx.x * COLUMNS + threadIdx.x;
    float sum = 0.0f;
    if (column < units)
        for (int64_t row = threadIdx.y; row < rows; row += LANES) {
            float value = delta[row * units + column] * slope(y[row * units + column], activation);
            delta[row * units + column] = value;
            sum += (row_scale == nullptr ? 1.0f : row_scale[row]) * value;
        }
    sum = sum_lanes(sum);
    if (bias_velocity != nullptr && threadIdx.y == 0 && column < units)
        add_to_velocity(bias_velocity + column, sum, state);
}

// A block per row.
KERNEL(scale_rows, float* out, const float* in, const float* row_scale, int64_t rows,
       int64_t width) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            out[row * width + i] = row_scale[row] * in[row * width + i];
}
