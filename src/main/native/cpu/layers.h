// What stands between the matrix products of a network.

static inline void drop_units(float* __restrict out, unsigned char* __restrict winner,
                              const uint32_t* __restrict bits, long count, uint32_t threshold,
                              float scale) {
    for (long i = 0; i < count; i++) out[i] = dropped(out[i], bits[i], threshold, scale);
    for (long i = 0; i < count; i++)
        winner[i] = (unsigned char)(winner[i] | (bits[i] < threshold ? 0 : DROPPED));
}

// Without a state: without dropout.
KERNEL(maxout_forward, float* out, unsigned char* winner, const float* in, long rows, long units,
       long pieces, uint32_t threshold, float scale, const State* state, int site) {
    long n = rows * units;
    if (state == nullptr) {
        parallel(n, pieces, [=](long first, long last) {
            maxout_any(out + first, winner + first, in + first * pieces, last - first, pieces);
        });
        return;
    }
    random_blocks(n, state, site, [=](long begin, long count, const uint32_t* bits) {
        maxout_any(out + begin, winner + begin, in + begin * pieces, count, pieces);
        drop_units(out + begin, winner + begin, bits, count, threshold, scale);
    });
}

static inline void add_to_velocities(float* velocity, const float* gradient, long n,
                                     const State* s) {
    float momentum = s->momentum, factor = s->gradient_factor;
    for (long i = 0; i < n; i++)
        velocity[i] = with_gradient(velocity[i], gradient[i], momentum, factor);
}

// Columns that one thread sums at a time; of maxout's pieces, which are written too, more.
static const long COLUMNS = 64;
static const long PIECE_COLUMNS = 160;

KERNEL(maxout_backward, float* out, float* bias_velocity, const float* delta,
       const unsigned char* winner, const float* row_scale, long rows, long units, long pieces,
       float scale, const State* state) {
    long width = units * pieces;
    long group = pieces < PIECE_COLUMNS ? PIECE_COLUMNS / pieces : 1;
    parallel((units + group - 1) / group, rows * group, [=](long first, long last) {
        float sum[256 + PIECE_COLUMNS];  // at most 254 pieces
        for (long g = first; g < last; g++) {
            long u0 = g * group, count = units - u0 < group ? units - u0 : group;
            for (long j = 0; j < count * pieces; j++) sum[j] = 0.0f;
            for (long row = 0; row < rows; row++) {
                float* o_row = out + row * width + u0 * pieces;
                const float* d_row = delta + row * units + u0;
                const unsigned char* w_row = winner + row * units + u0;
                float factor = row_scale == nullptr ? 1.0f : row_scale[row];
                for (long j = 0; j < count * pieces; j++) o_row[j] = 0.0f;
                // Half of the units are dropped, at random: a branch would be mispredicted.
                for (long u = 0; u < count; u++) {
                    bool kept = w_row[u] < pieces;  // not DROPPED, nor anything else
                    long j = u * pieces + (kept ? w_row[u] : 0);
                    float value = kept ? d_row[u] * scale : 0.0f;
                    o_row[j] = value;
                    sum[j] += kept ? factor * value : 0.0f;
                }
            }
            if (bias_velocity != nullptr)
                add_to_velocities(bias_velocity + u0 * pieces, sum, count * pieces, state);
        }
    });
}

template <int ACTIVATION>
static void activation_backward_of(float* delta, float* bias_velocity, const float* y,
                                   const float* row_scale, long rows, long units,
                                   const State* state) {
    parallel((units + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
        float sum[COLUMNS];
        for (long block = first; block < last; block++) {
            long u0 = block * COLUMNS;
            long count = units - u0 < COLUMNS ? units - u0 : COLUMNS;
            for (long j = 0; j < COLUMNS; j++) sum[j] = 0.0f;
            for (long row = 0; row < rows; row++) {
                float* d_row = delta + row * units + u0;
                const float* y_row = y + row * units + u0;
                float factor = row_scale == nullptr ? 1.0f : row_scale[row];
                for (long j = 0; j < count; j++) {
                    float value = d_row[j] * slope(y_row[j], ACTIVATION);
                    d_row[j] = value;
                    sum[j] += factor * value;
                }
            }
            if (bias_velocity != nullptr) add_to_velocities(bias_velocity + u0, sum, count, state);
        }
    });
}

KERNEL(activation_backward, float* delta, float* bias_velocity, const float* y,
       const float* row_scale, long rows, long units, int activation, const State* state) {
    auto run = activation == RELU       ? activation_backward_of<RELU>
               : activation == SIGMOID  ? activation_backward_of<SIGMOID>
               : activation == SOFTPLUS ? activation_backward_of<SOFTPLUS>
               : activation == TANH     ? activation_backward_of<TANH>
                                        : activation_backward_of<LINEAR>;
    run(delta, bias_velocity, y, row_scale, rows, units, state);
}

KERNEL(copy_columns, float* out, long out_first, long out_width, const float* in, long in_first,
       long in_width, long rows, long columns) {
    parallel(rows, columns, [=](long first, long last) {
        for (long row = first; row < last; row++)
            for (long i = 0; i < columns; i++)
                out[row * out_width + out_first + i] = in[row * in_width + in_first + i];
    });
}

KERNEL(scale_rows, float* out, const float* in, const float* row_scale, long rows, long width) {
    parallel(rows, width, [=](long first, long last) {
        for (long row = first; row < last; row++)
            for (long i = 0; i < width; i++)
                out[row * width + i] = row_scale[row] * in[row * width + i];
    });
}
