// What stands between the convolutions of a network.

// velocity <- momentum velocity - learning_rate gradient.
KERNEL gan4j_accumulate(float* velocity, int64_t velocity_stride, const float* gradient,
                        int64_t gradient_stride, int64_t n, int64_t* state,
                        int64_t state_stride) {
    float* v = replica_of(velocity, velocity_stride);
    const float* g = replica_of(gradient, gradient_stride);
    const State* s = state_of(state, state_stride);
    for (int64_t i = first_item(); i < n; i += item_step()) add_to_velocity(v + i, g[i], s);
}

// sums[channels][slices]: each channel's values of every slices-th row. A block per sum.
KERNEL gan4j_channel_sums(double* sums, int64_t sums_stride, const float* delta,
                          int64_t delta_stride, int64_t rows, int64_t channels, int64_t pixels,
                          int64_t slices) {
    double* o = replica_of(sums, sums_stride);
    const float* d = replica_of(delta, delta_stride);
    for (int64_t item = blockIdx.x; item < channels * slices; item += gridDim.x) {
        int64_t channel = item / slices;
        double sum = 0;
        for (int64_t row = item - channel * slices; row < rows; row += slices)
            for (int64_t p = threadIdx.x; p < pixels; p += blockDim.x)
                sum += (double)d[(row * channels + channel) * pixels + p];
        sum = reduce_block(sum, Add());
        if (threadIdx.x == 0) o[item] = sum;
    }
}

KERNEL gan4j_bias_gradient(float* velocity, int64_t velocity_stride, const double* sums,
                           int64_t sums_stride, int64_t channels, int64_t slices, int64_t* state,
                           int64_t state_stride) {
    float* v = replica_of(velocity, velocity_stride);
    const double* in = replica_of(sums, sums_stride);
    const State* s = state_of(state, state_stride);
    for (int64_t channel = first_item(); channel < channels; channel += item_step()) {
        double sum = 0;
        for (int64_t i = 0; i < slices; i++) sum += in[channel * slices + i];
        add_to_velocity(v + channel, (float)sum, s);
    }
}

// The largest value of one window, and which it was: the first of equals.
__device__ __forceinline__ float largest_of_window(const float* first, int64_t rows,
                                                   int64_t columns, const Pool& p, int* winner) {
    float best = first[0];
    float poison = first[0];  // a NaN anywhere must reach the output: comparisons skip it
    int64_t arg = 0;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            for (int64_t piece = 0; piece < p.pieces; piece++) {
                float value = first[pool_offset(i, j, piece, p)];
                bool greater = value > best;
                best = greater ? value : best;
                arg = greater ? pool_code(i, j, piece, p) : arg;
                poison = value == value ? poison : value;
            }
    *winner = (int)arg;
    return poison == poison ? best : poison;
}

__device__ __forceinline__ void pool_one(float* out, unsigned char* winner, const float* in,
                                         int64_t i, const Pool& p, bool kept, float scale) {
    int64_t out_height = pooled(p.height, p), out_width = pooled(p.width, p);
    int64_t line = i / out_width, plane = line / out_height;
    int64_t y = (line - plane * out_height) * p.stride, x = (i - line * out_width) * p.stride;
    int64_t rows = p.height - y < p.window ? p.height - y : p.window;
    int64_t columns = p.width - x < p.window ? p.width - x : p.window;
    int arg;
    float best = largest_of_window(in + (plane * p.pieces * p.height + y) * p.width + x, rows,
                                   columns, p, &arg);
    out[i] = kept ? best * scale : 0.0f;
    winner[i] = kept ? (unsigned char)arg : DROPPED;
}

// Without a state: without dropout.
KERNEL gan4j_max_pool_forward(float* out, int64_t out_stride, unsigned char* winner,
                              int64_t winner_stride, const float* in, int64_t in_stride,
                              int64_t planes, int64_t pieces, int64_t height, int64_t width,
                              int64_t window, int64_t stride, uint32_t threshold, float scale,
                              int64_t* state, int64_t state_stride, int site) {
    Pool p = {pieces, height, width, window, stride};
    float* o = replica_of(out, out_stride);
    unsigned char* w = replica_of(winner, winner_stride);
    const float* x = replica_of(in, in_stride);
    int64_t n = planes * pooled(height, p) * pooled(width, p);
    if (state == nullptr)
        for (int64_t i = first_item(); i < n; i += item_step()) pool_one(o, w, x, i, p, true, 1.0f);
    else
        for_random(n, state_of(state, state_stride), site, [=](int64_t i, uint32_t bits) {
            pool_one(o, w, x, i, p, bits < threshold, scale);
        });
}

// The first of the windows along a side that reach a pixel.
__device__ __forceinline__ int64_t first_window(int64_t pixel, const Pool& p) {
    return pixel < p.window ? 0 : (pixel - p.window) / p.stride + 1;
}

__device__ __forceinline__ int64_t last_window(int64_t pixel, int64_t windows, const Pool& p) {
    int64_t last = pixel / p.stride;
    return last < windows ? last : windows - 1;
}

// Each value of `out` collects from the windows that it lies in, so nothing is written twice.
KERNEL gan4j_max_pool_backward(float* out, int64_t out_stride, const float* delta,
                               int64_t delta_stride, const unsigned char* winner,
                               int64_t winner_stride, int64_t planes, int64_t pieces,
                               int64_t height, int64_t width, int64_t window, int64_t stride,
                               float scale) {
    Pool p = {pieces, height, width, window, stride};
    float* o = replica_of(out, out_stride);
    const float* d = replica_of(delta, delta_stride);
    const unsigned char* w = replica_of(winner, winner_stride);
    int64_t out_height = pooled(height, p), out_width = pooled(width, p);
    for (int64_t i = first_item(); i < planes * pieces * height * width; i += item_step()) {
        int64_t line = i / width, image = line / height, plane = image / pieces;
        int64_t column = i - line * width, row = line - image * height;
        int64_t piece = image - plane * pieces;
        int64_t last_y = last_window(row, out_height, p);
        int64_t last_x = last_window(column, out_width, p);
        float sum = 0.0f;
        for (int64_t y = first_window(row, p); y <= last_y; y++)
            for (int64_t x = first_window(column, p); x <= last_x; x++) {
                int64_t from = (plane * out_height + y) * out_width + x;
                if (w[from] == pool_code(row - y * stride, column - x * stride, piece, p))
                    sum += d[from] * scale;
            }
        o[i] = sum;
    }
}
