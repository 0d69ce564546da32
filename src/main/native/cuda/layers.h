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

// A block has a part of the columns of `out`. Without a bias_velocity: without their sums.
KERNEL(maxout_backward, float* out, float* bias_velocity, const float* delta,
       const unsigned char* winner, const float* row_scale, int64_t rows, int64_t units,
       int64_t pieces, float scale, const State* state, double* partial, unsigned* arrived) {
    int64_t width = units * pieces;
    Columns c = part_of_columns(rows, width);
    uint32_t unit = (uint32_t)c.column / (uint32_t)pieces;
    uint32_t piece = (uint32_t)c.column - unit * (uint32_t)pieces;
    float slopes[BURST], factors[BURST], sum = 0.0f;
    unsigned char winners[BURST];
    for_rows(
        c,
        [&](unsigned k, int64_t row) {
            winners[k] = winner[row * units + unit];
            slopes[k] = delta[row * units + unit];
            factors[k] = row_scale == nullptr ? 1.0f : row_scale[row];
        },
        [&](unsigned k, int64_t row) {
            bool won = winners[k] == piece;
            float value = won ? slopes[k] * scale : 0.0f;
            out[row * width + c.column] = value;
            if (won) sum += factors[k] * value;
        });
    if (bias_velocity != nullptr)
        sum_columns(sum, c, partial, arrived, [=](int64_t column, float gradient) {
            add_to_velocity(bias_velocity + column, gradient, state);
        });
}

// A block has a part of the columns of `delta`, which a linear activation leaves as it is. Without
// a bias_velocity: without their sums.
KERNEL(activation_backward, float* delta, float* bias_velocity, const float* y,
       const float* row_scale, int64_t rows, int64_t units, int activation, const State* state,
       double* partial, unsigned* arrived) {
    Columns c = part_of_columns(rows, units);
    float deltas[BURST], values[BURST], factors[BURST], sum = 0.0f;
    for_rows(
        c,
        [&](unsigned k, int64_t row) {
            deltas[k] = delta[row * units + c.column];
            values[k] = activation == LINEAR ? 0.0f : y[row * units + c.column];
            factors[k] = row_scale == nullptr ? 1.0f : row_scale[row];
        },
        [&](unsigned k, int64_t row) {
            float value = deltas[k] * slope(values[k], activation);
            if (activation != LINEAR) delta[row * units + c.column] = value;
            sum += factors[k] * value;
        });
    if (bias_velocity != nullptr)
        sum_columns(sum, c, partial, arrived, [=](int64_t column, float gradient) {
            add_to_velocity(bias_velocity + column, gradient, state);
        });
}

// A block per row.
KERNEL(scale_rows, float* out, const float* in, const float* row_scale, int64_t rows,
       int64_t width) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            out[row * width + i] = row_scale[row] * in[row * width + i];
}
