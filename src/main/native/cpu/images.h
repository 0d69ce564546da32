// Biases of channels, maxout over channels with max pooling.

template <int ACTIVATION>
static void bias_activation_of(float* out, const float* in, const float* bias, long rows,
                               long channels, long pixels) {
    parallel(rows, channels * pixels, [=](long first, long last) {
        for (long row = first; row < last; row++) {
            long at = row * channels * pixels;
            if (pixels == 1) {
                for (long c = 0; c < channels; c++)
                    out[at + c] = activated(in[at + c] + bias[c], ACTIVATION);
                continue;
            }
            for (long c = 0; c < channels; c++, at += pixels)
                for (long p = 0; p < pixels; p++)
                    out[at + p] = activated(in[at + p] + bias[c], ACTIVATION);
        }
    });
}

KERNEL(bias_activation, float* out, const float* in, const float* bias, int activation, long rows,
       long channels, long pixels) {
    auto run = activation == RELU       ? bias_activation_of<RELU>
               : activation == SIGMOID  ? bias_activation_of<SIGMOID>
               : activation == SOFTPLUS ? bias_activation_of<SOFTPLUS>
               : activation == TANH     ? bias_activation_of<TANH>
                                        : bias_activation_of<LINEAR>;
    run(out, in, bias, rows, channels, pixels);
}

// In lanes, each of them a sum in double precision.
static inline double channel_sum(const float* delta, long rows, long row_stride, long pixels) {
    double lanes[16] = {0};
    double sum = 0;
    for (long row = 0; row < rows; row++) {
        const float* d = delta + row * row_stride;
        long i = 0;
        for (; i + 16 <= pixels; i += 16)
            for (int j = 0; j < 16; j++) lanes[j] += (double)d[i + j];
        for (; i < pixels; i++) sum += (double)d[i];
    }
    for (int j = 0; j < 16; j++) sum += lanes[j];
    return sum;
}

KERNEL(bias_gradient, float* velocity, const float* delta, long rows, long channels, long pixels,
       const State* state) {
    parallel(channels, rows * pixels, [=](long first, long last) {
        for (long c = first; c < last; c++) {
            float sum = (float)channel_sum(delta + c * pixels, rows, channels * pixels, pixels);
            add_to_velocities(velocity + c, &sum, 1, state);
        }
    });
}

// Outputs of one run of a pooled row, and the pixels under them: at most 254 values in a window
// make it at most 15 wide.
static const long POOL_RUN = 64;
static const long POOL_SPAN = POOL_RUN * 15;

// The largest of each column over `rows` rows of the window and all pieces, the code of that value
// as if it stood in the window's first column, and a NaN where there is one.
static inline void pool_columns(float* __restrict best, float* __restrict poison,
                                int32_t* __restrict code, const float* in, long rows, long count,
                                const Pool& p) {
    for (long x = 0; x < count; x++) {
        best[x] = in[x];
        poison[x] = in[x];
        code[x] = 0;
    }
    for (long i = 0; i < rows; i++)
        for (long piece = 0; piece < p.pieces; piece++) {
            const float* values = in + pool_offset(i, 0, piece, p);
            int32_t own = (int32_t)pool_code(i, 0, piece, p);
            for (long x = 0; x < count; x++)
                take_larger(best[x], code[x], poison[x], values[x], own);
        }
}

// `count` neighbouring windows whose first row begins at `in`.
static inline void pool_run(float* out, unsigned char* winner, const float* in, long rows,
                            long count, long columns, const Pool& p) {
    float best[POOL_SPAN], poison[POOL_SPAN];
    int32_t code[POOL_SPAN];
    pool_columns(best, poison, code, in, rows, columns, p);
    for (long w = 0; w < count; w++) {
        long x0 = w * p.stride;
        long end = x0 + p.window < columns ? x0 + p.window : columns;
        float largest = best[x0], nan = poison[x0];
        int32_t which = code[x0];
        for (long x = x0 + 1; x < end; x++) {
            int32_t own = code[x] + (int32_t)((x - x0) * p.pieces);
            bool wins = best[x] > largest || (best[x] == largest && own < which);
            which = wins ? own : which;
            largest = wins ? best[x] : largest;
            nan = poison[x] == poison[x] ? nan : poison[x];
        }
        out[w] = largest_or_nan(largest, nan);
        winner[w] = (unsigned char)which;
    }
}

static inline void pool_plane(float* out, unsigned char* winner, const float* in, const Pool& p) {
    long out_height = pooled(p.height, p), out_width = pooled(p.width, p);
    for (long y = 0; y < out_height; y++) {
        long y0 = y * p.stride;
        long rows = p.height - y0 < p.window ? p.height - y0 : p.window;
        for (long x = 0; x < out_width; x += POOL_RUN) {
            long count = out_width - x < POOL_RUN ? out_width - x : POOL_RUN;
            long x0 = x * p.stride, span = (count - 1) * p.stride + p.window;
            long columns = p.width - x0 < span ? p.width - x0 : span;
            pool_run(out + y * out_width + x, winner + y * out_width + x, in + y0 * p.width + x0,
                     rows, count, columns, p);
        }
    }
}

// Without a state: without dropout.
KERNEL(max_pool_forward, float* out, unsigned char* winner, const float* in, long planes,
       long pieces, long height, long width, long window, long stride, uint32_t threshold,
       float scale, const State* state, int site) {
    Pool p = {pieces, height, width, window, stride};
    long inputs = pieces * height * width, outputs = pooled(height, p) * pooled(width, p);
    parallel(planes, inputs, [=](long first, long last) {
        for (long plane = first; plane < last; plane++)
            pool_plane(out + plane * outputs, winner + plane * outputs, in + plane * inputs, p);
    });
    if (state == nullptr) return;
    random_blocks(planes * outputs, state, site, [=](long begin, long count, const uint32_t* bits) {
        drop_units(out + begin, winner + begin, bits, count, threshold, scale);
    });
}

// The values of a window by their codes: row and column there, and the place, counted from the first
// of the window's first piece.
struct PoolCodes {
    unsigned char count;
    unsigned char row[256], column[256];
    int32_t offset[256];

    PoolCodes(const Pool& p) : count((unsigned char)(p.window * p.window * p.pieces)) {
        for (long i = 0; i < p.window; i++)
            for (long j = 0; j < p.window; j++)
                for (long piece = 0; piece < p.pieces; piece++) {
                    long code = pool_code(i, j, piece, p);
                    row[code] = (unsigned char)i;
                    column[code] = (unsigned char)j;
                    offset[code] = (int32_t)pool_offset(i, j, piece, p);
                }
    }
};

// A code that its window does not have adds nothing. CUT: whether windows are cut off at an edge.
template <bool CUT>
static inline void unpool_plane(float* out, const float* delta, const unsigned char* winner,
                                float scale, const PoolCodes& codes, const Pool& p) {
    long out_height = pooled(p.height, p), out_width = pooled(p.width, p);
    const unsigned char count = codes.count;
    const int32_t* offset = codes.offset;
    for (long i = 0; i < p.pieces * p.height * p.width; i++) out[i] = 0.0f;
    for (long y = 0; y < out_height; y++)
        for (long x = 0; x < out_width; x++, delta++, winner++) {
            unsigned char code = *winner;
            if (code >= count) continue;
            if (CUT && (y * p.stride + codes.row[code] >= p.height ||
                        x * p.stride + codes.column[code] >= p.width))
                continue;
            out[y * p.stride * p.width + x * p.stride + offset[code]] += *delta * scale;
        }
}

template <bool CUT>
static void max_pool_backward_of(float* out, const float* delta, const unsigned char* winner,
                                 long planes, float scale, Pool p) {
    long inputs = p.pieces * p.height * p.width;
    long outputs = pooled(p.height, p) * pooled(p.width, p);
    parallel(planes, inputs, [=](long first, long last) {
        PoolCodes codes(p);
        for (long plane = first; plane < last; plane++)
            unpool_plane<CUT>(out + plane * inputs, delta + plane * outputs,
                              winner + plane * outputs, scale, codes, p);
    });
}

KERNEL(max_pool_backward, float* out, const float* delta, const unsigned char* winner, long planes,
       long pieces, long height, long width, long window, long stride, float scale) {
    Pool p = {pieces, height, width, window, stride};
    bool cut = (height - window) % stride != 0 || (width - window) % stride != 0;
    auto run = cut ? max_pool_backward_of<true> : max_pool_backward_of<false>;
    run(out, delta, winner, planes, scale, p);
}
