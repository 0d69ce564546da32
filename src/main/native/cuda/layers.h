// What stands between the matrix products of a network.

// The largest of a unit's pieces, and which it was: the first of equals.
__device__ __forceinline__ float maxout_unit(const float* piece, int64_t pieces, int* winner) {
    float best = piece[0], poison = piece[0];
    int which = 0;
    for (int p = 1; p < pieces; p++) take_larger(best, which, poison, piece[p], p);
    *winner = which;
    return largest_or_nan(best, poison);
}

// The largest pieces of units i to i + 3 of n, and which they were.
template <class Access>
__device__ __forceinline__ Four maxout_four(Access access, const float* in, int64_t i, int64_t n,
                                            int64_t pieces, int (&which)[4]) {
    Four best;
    if (pieces == 5) {
        float piece[20];
#pragma unroll
        for (int k = 0; k < 5; k++) {
            Four four = load_four(access, in + 5 * i, 4 * k, 5 * (n - i));
#pragma unroll
            for (int j = 0; j < 4; j++) piece[4 * k + j] = four.v[j];
        }
#pragma unroll
        for (int j = 0; j < 4; j++) best.v[j] = maxout_unit(piece + 5 * j, 5, &which[j]);
    } else {
#pragma unroll
        for (int j = 0; j < 4; j++)
            best.v[j] = i + j < n ? maxout_unit(in + pieces * (i + j), pieces, &which[j]) : 0.0f;
    }
    return best;
}

__device__ __forceinline__ void store_winners(unsigned char* winner, int64_t i, int64_t n,
                                              const int (&which)[4]) {
    if (((size_t)(winner + i) & 3) == 0 && i + 4 <= n) {
        struct alignas(4) Bytes {
            unsigned char v[4];
        };
        Bytes bytes;
        for (int j = 0; j < 4; j++) bytes.v[j] = (unsigned char)which[j];
        *(Bytes*)(winner + i) = bytes;
        return;
    }
#pragma unroll
    for (int j = 0; j < 4; j++)
        if (i + j < n) winner[i + j] = (unsigned char)which[j];
}

// Without a state: without dropout.
KERNEL(maxout_forward, float* out, unsigned char* winner, const float* in, int64_t rows,
       int64_t units, int64_t pieces, uint32_t threshold, float scale, const State* state,
       int site) {
    int64_t n = rows * units;
    for_fours(n, by_fours(out, in), [=](int64_t i, auto access) {
        int which[4] = {0};
        Four best = maxout_four(access, in, i, n, pieces, which);
        if (state != nullptr) {
            FourWords words =
                random_words(state, place_of(state, site, (uint64_t)n), i / 4);
#pragma unroll
            for (int j = 0; j < 4; j++) {
                best.v[j] = dropped(best.v[j], words.v[j], threshold, scale);
                which[j] = words.v[j] < threshold ? which[j] : DROPPED;
            }
        }
        store_four(access, out, i, n, best);
        store_winners(winner, i, n, which);
    });
}

__device__ __forceinline__ void add_to_velocity(float* velocity, float gradient, const State* s) {
    *velocity = with_gradient(*velocity, gradient, s->momentum, s->gradient_factor);
}

// A block has a part of the columns of `out`. Without a bias_velocity: without their sums.
KERNEL(maxout_backward, float* out, float* bias_velocity, const float* delta,
       const unsigned char* winner, const float* row_scale, int64_t rows, int64_t units,
       int64_t pieces, float scale, const State* state, double* partial, unsigned* arrived) {
    Columns c = part_of_columns(rows, units * pieces);
    Velocity velocity = velocity_of(bias_velocity, c, state);
    uint32_t unit = c.column / (uint32_t)pieces, piece = c.column - unit * (uint32_t)pieces;
    float slopes[BURST], factors[BURST], sum = 0.0f;
    unsigned char winners[BURST];
    for_rows(
        c,
        [&](unsigned k, uint32_t row) {
            winners[k] = winner[position(row, (uint32_t)units, unit)];
            slopes[k] = delta[position(row, (uint32_t)units, unit)];
            factors[k] = row_scale == nullptr ? 1.0f : row_scale[row];
        },
        [&](unsigned k, uint32_t row) {
            bool won = winners[k] == piece;
            float value = won ? slopes[k] * scale : 0.0f;
            out[position(row, c.columns, c.column)] = value;
            sum += won ? factors[k] * value : 0.0f;
        });
    if (bias_velocity != nullptr)
        sum_columns(sum, c, velocity, partial, arrived);
}

// A block has a part of the columns of `delta`, which a linear activation leaves as it is. Without
// a bias_velocity: without their sums.
KERNEL(activation_backward, float* delta, float* bias_velocity, const float* y,
       const float* row_scale, int64_t rows, int64_t units, int activation, const State* state,
       double* partial, unsigned* arrived) {
    Columns c = part_of_columns(rows, units);
    Velocity velocity = velocity_of(bias_velocity, c, state);
    float deltas[BURST], values[BURST], factors[BURST], sum = 0.0f;
    for_rows(
        c,
        [&](unsigned k, uint32_t row) {
            deltas[k] = delta[position(row, c.columns, c.column)];
            values[k] =
                activation == LINEAR ? 0.0f : y[position(row, c.columns, c.column)];
            factors[k] = row_scale == nullptr ? 1.0f : row_scale[row];
        },
        [&](unsigned k, uint32_t row) {
            float value = deltas[k] * slope(values[k], activation);
            if (activation != LINEAR) delta[position(row, c.columns, c.column)] = value;
            sum += factors[k] * value;
        });
    if (bias_velocity != nullptr)
        sum_columns(sum, c, velocity, partial, arrived);
}

KERNEL(copy_columns, float* out, int64_t out_first, int64_t out_width, const float* in,
       int64_t in_first, int64_t in_width, int64_t rows, int64_t columns) {
    for (int64_t i = first_item(); i < rows * columns; i += item_step()) {
        int64_t row = (uint64_t)i / (uint64_t)columns, column = i - row * columns;
        out[row * out_width + out_first + column] = in[row * in_width + in_first + column];
    }
}

KERNEL(scale_rows, float* out, const float* in, const float* row_scale, int64_t rows,
       int64_t width) {
    int64_t n = rows * width;
    for_fours(n, by_fours(out, in), [=](int64_t i, auto access) {
        Four four = load_four(access, in, i, n);
        scale_by_rows(four, row_scale, i, n, width);
        store_four(access, out, i, n, four);
    });
}
