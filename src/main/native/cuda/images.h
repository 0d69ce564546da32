// What stands between the convolutions of a network.

// out <- activation(in + the bias of its channel), `in` perhaps `out`; with 1 pixel what no
// epilogue of a product does.
KERNEL(bias_activation, float* out, const float* in, const float* bias, int activation,
       int64_t rows, int64_t channels, int64_t pixels) {
    int64_t n = rows * channels * pixels;
    bool biases = pixels == 1 && channels % 4 == 0 && by_fours(bias);
    for_fours(n, by_fours(out, in), [=](int64_t i, auto access) {
        Four four = load_four(access, in, i, n), added;
        int64_t plane = (uint64_t)i / (uint64_t)pixels, left = (plane + 1) * pixels - i;
        int64_t channel = (uint64_t)plane % (uint64_t)channels;
        if (biases) {
            added = load_four(Whole(), bias, channel, channels);
        } else {
#pragma unroll
            for (int j = 0; j < 4; j++) {
                added.v[j] = bias[channel];
                if (--left == 0) {
                    left = pixels;
                    channel = channel + 1 < channels ? channel + 1 : 0;
                }
            }
        }
#pragma unroll
        for (int j = 0; j < 4; j++) four.v[j] = activated(four.v[j] + added.v[j], activation);
        store_four(access, out, i, n, four);
    });
}

// The most parts in which a channel is summed, and the values of a part below which another one
// costs more than it saves.
#define CHANNEL_PARTS 32
#define PART (8 * THREADS)

// Each channel in several blocks, or a few channels of large images would keep only a few blocks
// busy: a part is every parts-th row. `partial` has room for the parts of all channels, `arrived`
// for a number of each channel.
KERNEL(bias_gradient, float* velocity, const float* delta, int64_t rows, int64_t channels,
       int64_t pixels, const State* state, double* partial, unsigned* arrived) {
    int64_t parts = (rows * pixels + PART - 1) / PART;
    parts = parts < CHANNEL_PARTS ? parts : CHANNEL_PARTS;
    parts = parts < rows ? parts : rows;
    for (int64_t item = blockIdx.x; item < channels * parts; item += gridDim.x) {
        int64_t channel = item / parts;
        double sum = 0;
        for (int64_t row = item - channel * parts; row < rows; row += parts)
            for (int64_t p = threadIdx.x; p < pixels; p += blockDim.x)
                sum += (double)delta[(row * channels + channel) * pixels + p];
        sum = reduce_block(sum, Add());
        if (threadIdx.x == 0) {
            partial[item] = sum;
            __threadfence();
        }
        if (!arrives_last(arrived + channel, (unsigned)parts) || threadIdx.x != 0) continue;
        volatile const double* sums = partial + channel * parts;
        double total = 0;
        for (int64_t i = 0; i < parts; i++) total += sums[i];
        add_to_velocity(velocity + channel, (float)total, state);
    }
}

// The largest value of one window, and which it was: the first of equals.
__device__ __forceinline__ float largest_of_window(const float* first, int64_t rows,
                                                   int64_t columns, const Pool& p, int* winner) {
    float best = first[0], poison = first[0];
    int64_t which = 0;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            for (int64_t piece = 0; piece < p.pieces; piece++)
                take_larger(best, which, poison, first[pool_offset(i, j, piece, p)],
                            pool_code(i, j, piece, p));
    *winner = (int)which;
    return largest_or_nan(best, poison);
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
KERNEL(max_pool_forward, float* out, unsigned char* winner, const float* in, int64_t planes,
       int64_t pieces, int64_t height, int64_t width, int64_t window, int64_t stride,
       uint32_t threshold, float scale, const State* state, int site) {
    Pool p = {pieces, height, width, window, stride};
    int64_t n = planes * pooled(height, p) * pooled(width, p);
    if (state == nullptr)
        for (int64_t i = first_item(); i < n; i += item_step())
            pool_one(out, winner, in, i, p, true, 1.0f);
    else
        for_random(n, state, site, [=](int64_t i, uint32_t bits) {
            pool_one(out, winner, in, i, p, bits < threshold, scale);
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
KERNEL(max_pool_backward, float* out, const float* delta, const unsigned char* winner,
       int64_t planes, int64_t pieces, int64_t height, int64_t width, int64_t window,
       int64_t stride, float scale) {
    Pool p = {pieces, height, width, window, stride};
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
                if (winner[from] == pool_code(row - y * stride, column - x * stride, piece, p))
                    sum += delta[from] * scale;
            }
        out[i] = sum;
    }
}
