// What stands between the matrix products of a network.

// The largest of a unit's pieces, and which it was: the first of equals.
__device__ __forceinline__ float maxout_unit(const float* piece, int64_t pieces,
                                              int* winner) {
    float best = piece[0];
    float poison = piece[0];  // a NaN anywhere must reach the output: comparisons skip it
    int arg = 0;
    for (int p = 1; p < pieces; p++) {
        bool greater = piece[p] > best;
        best = greater ? piece[p] : best;
        arg = greater ? p : arg;
        poison = piece[p] == piece[p] ? poison : piece[p];
    }
    *winner = arg;
    return poison == poison ? best : poison;
}

__device__ __forceinline__ void maxout_one(float* out, unsigned char* winner, const float* in,
                                           int64_t i, int64_t pieces, bool kept, float scale) {
    int arg;
    float best = pieces == 5 ? maxout_unit(in + 5 * i, 5, &arg)
                             : maxout_unit(in + pieces * i, pieces, &arg);
    out[i] = kept ? best * scale : 0.0f;
    winner[i] = kept ? (unsigned char)arg : DROPPED;
}

// Without a state: without dropout.
KERNEL gan4j_maxout_forward(float* out, int64_t out_stride, unsigned char* winner,
                            int64_t winner_stride, const float* in, int64_t in_stride,
                            int64_t rows, int64_t units, int64_t pieces, uint32_t threshold,
                            float scale, int64_t* state, int64_t state_stride, int site) {
    float* o = replica_of(out, out_stride);
    unsigned char* w = replica_of(winner, winner_stride);
    const float* x = replica_of(in, in_stride);
    int64_t n = rows * units;
    if (state == nullptr)
        for (int64_t i = first_item(); i < n; i += item_step())
            maxout_one(o, w, x, i, pieces, true, 1.0f);
    else
        for_random(n, state_of(state, state_stride), site, [=](int64_t i, uint32_t bits) {
            maxout_one(o, w, x, i, pieces, bits < threshold, scale);
        });
}

// A block over columns of `out`.
KERNEL gan4j_maxout_backward(float* out, int64_t out_stride, float* bias_velocity,
                             int64_t bias_stride, const float* delta, int64_t delta_stride,
                             const unsigned char* winner, int64_t winner_stride,
                             const float* row_scale, int64_t row_scale_stride, int64_t rows,
                             int64_t units, int64_t pieces, float scale, int64_t* state,
                             int64_t state_stride) {
    float* o = replica_of(out, out_stride);
    float* v = replica_of(bias_velocity, bias_stride);
    const float* d = replica_of(delta, delta_stride);
    const unsigned char* w = replica_of(winner, winner_stride);
    const float* c = replica_of(row_scale, row_scale_stride);
    int64_t width = units * pieces;
    int64_t column = (int64_t)blockIdx.x * COLUMNS + threadIdx.x;
    int64_t unit = column / pieces;
    int piece = (int)(column - unit * pieces);
    float sum = 0.0f;
    if (column < width)
        for (int64_t row = threadIdx.y; row < rows; row += LANES) {
            bool won = w[row * units + unit] == piece;
            float value = won ? d[row * units + unit] * scale : 0.0f;
            o[row * width + column] = value;
            if (won) sum += (c == nullptr ? 1.0f : c[row]) * value;
        }
    sum = sum_lanes(sum);
    if (v != nullptr && threadIdx.y == 0 && column < width)
        add_to_velocity(v + column, sum, state_of(state, state_stride));
}

// A block over columns of `delta`.
KERNEL gan4j_activation_backward(float* delta, int64_t delta_stride, float* bias_velocity,
                                 int64_t bias_stride, const float* y, int64_t y_stride,
                                 const float* row_scale, int64_t row_scale_stride, int64_t rows,
                                 int64_t units, int activation, int64_t* state,
                                 int64_t state_stride) {
    float* d = replica_of(delta, delta_stride);
    float* v = replica_of(bias_velocity, bias_stride);
    const float* a = replica_of(y, y_stride);
    const float* c = replica_of(row_scale, row_scale_stride);
    int64_t column = (int64_t)blockIdx.x * COLUMNS + threadIdx.x;
    float sum = 0.0f;
    if (column < units)
        for (int64_t row = threadIdx.y; row < rows; row += LANES) {
            float value = d[row * units + column] * slope(a[row * units + column], activation);
            d[row * units + column] = value;
            sum += (c == nullptr ? 1.0f : c[row]) * value;
        }
    sum = sum_lanes(sum);
    if (v != nullptr && threadIdx.y == 0 && column < units)
        add_to_velocity(v + column, sum, state_of(state, state_stride));
}

__device__ __forceinline__ float activated(float x, int activation) {
    return activation == RELU      ? (x < 0.0f ? 0.0f : x)  // NaN stays NaN
           : activation == SIGMOID ? sigmoid_of(x)
                                   : x;
}

// out <- activation(in + the bias of its channel), `in` perhaps `out`; with 1 pixel what no
// epilogue of a product does. A block per row.
KERNEL gan4j_bias_activation(float* out, int64_t out_stride, const float* in, int64_t in_stride,
                             const float* bias, int64_t bias_stride, int64_t rows,
                             int64_t channels, int64_t pixels, int activation) {
    float* o = replica_of(out, out_stride);
    const float* x = replica_of(in, in_stride);
    const float* b = replica_of(bias, bias_stride);
    int64_t width = channels * pixels;
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            o[row * width + i] = activated(
                x[row * width + i] + b[(uint32_t)i / (uint32_t)pixels], activation);
}

// A block per row.
KERNEL gan4j_scale_rows(float* out, int64_t out_stride, const float* in, int64_t in_stride,
                        const float* row_scale, int64_t row_scale_stride, int64_t rows,
                        int64_t width) {
    float* o = replica_of(out, out_stride);
    const float* x = replica_of(in, in_stride);
    const float* c = replica_of(row_scale, row_scale_stride);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            o[row * width + i] = c[row] * x[row * width + i];
}
