// Noise, masks and minibatches.

struct FourWords {
    uint32_t v[4];
};

// The random words of elements 4 * group to 4 * group + 3.
__device__ __forceinline__ FourWords random_words(const State* s, const Place& place,
                                                  int64_t group) {
    Words words = philox(s->seed, s->step, place.site, group_in_whole(place, (uint32_t)group));
    return {{words.x, words.y, words.z, words.w}};
}

// Calls body(element, random bits) for every element of [0, n); a thread draws four at a time.
template <class Body>
__device__ __forceinline__ void for_random(int64_t n, const State* s, int site, Body body) {
    Place place = place_of(s, site, (uint64_t)n);
    for (int64_t group = first_item(); 4 * group < n; group += item_step()) {
        FourWords words = random_words(s, place, group);
        for (int j = 0; j < 4; j++)
            if (4 * group + j < n) body(4 * group + j, words.v[j]);
    }
}

KERNEL(uniform, float* out, int64_t n, float mean, float scale, const State* state, int site) {
    Place place = place_of(state, site, (uint64_t)n);
    for_fours(n, by_fours(out), [=](int64_t i, auto access) {
        FourWords words = random_words(state, place, i / 4);
        Four four;
#pragma unroll
        for (int j = 0; j < 4; j++) four.v[j] = ranged_uniform(words.v[j], mean, scale);
        store_four(access, out, i, n, four);
    });
}

// Without `in`: zeros in its place.
KERNEL(normal, float* out, const float* in, int64_t n, float scale, const State* state, int site) {
    Place place = place_of(state, site, (uint64_t)n);
    for_fours(n, by_fours(out, in), [=](int64_t i, auto access) {
        Four four = {{0.0f, 0.0f, 0.0f, 0.0f}};
        if (in != nullptr) four = load_four(access, in, i, n);
        FourWords words = random_words(state, place, i / 4);
        float draws[4];
        normal_pair(words.v[0], words.v[1], &draws[0], &draws[1]);
        normal_pair(words.v[2], words.v[3], &draws[2], &draws[3]);
#pragma unroll
        for (int j = 0; j < 4; j++) four.v[j] = four.v[j] + draws[j] * scale;
        store_four(access, out, i, n, four);
    });
}

// Without a row_scale: factors of one.
KERNEL(dropout, float* out, const float* in, const float* row_scale, int64_t n, int64_t width,
       uint32_t threshold, float scale, const State* state, int site) {
    Place place = place_of(state, site, (uint64_t)n);
    for_fours(n, by_fours(out, in), [=](int64_t i, auto access) {
        Four four = load_four(access, in, i, n);
        FourWords words = random_words(state, place, i / 4);
#pragma unroll
        for (int j = 0; j < 4; j++)
            four.v[j] = dropped(four.v[j], words.v[j], threshold, scale);
        if (row_scale != nullptr) scale_by_rows(four, row_scale, i, n, width);
        store_four(access, out, i, n, four);
    });
}

// Pixels that a thread reads before it writes any, four by four.
#define PIXEL_BURST 8

// A row of an example's pixels, by one warp.
__device__ __forceinline__ void expand_row(float* out, const unsigned char* pixels,
                                           const float* scaling, int64_t example, int64_t width) {
    const int STEP = 4 * WARP;
    const unsigned char* in = pixels + example * width;
    float shift = scaling[2 * example], scale = scaling[2 * example + 1];
    unsigned lane = threadIdx.x % WARP;
    if (width % 4 != 0 || ((size_t)in & 3) != 0 || !by_fours(out)) {
        for (int64_t i = lane; i < width; i += WARP) out[i] = expanded(in[i], shift, scale);
        return;
    }
    for (int64_t first = 4 * lane; first < width; first += PIXEL_BURST * STEP) {
        uint32_t four_pixels[PIXEL_BURST];
#pragma unroll
        for (int k = 0; k < PIXEL_BURST; k++)
            four_pixels[k] =
                first + k * STEP < width ? *(const uint32_t*)(in + first + k * STEP) : 0u;
#pragma unroll
        for (int k = 0; k < PIXEL_BURST; k++) {
            if (first + k * STEP >= width) break;
            Four four;
#pragma unroll
            for (int j = 0; j < 4; j++)
                four.v[j] = expanded((unsigned char)(four_pixels[k] >> 8 * j), shift, scale);
            *(Four*)(out + first + k * STEP) = four;
        }
    }
}

// Calls body(row, example) for every row of a minibatch, by a warp. A block finds the examples of
// all its rows at once, a thread for each.
template <class Body>
__device__ __forceinline__ void for_examples(int64_t rows, int64_t count, int64_t minibatch,
                                             const State* state, Body body) {
    __shared__ uint32_t examples[ROW_THREADS];
    const int WARPS = ROW_THREADS / WARP;
    int64_t step = (int64_t)gridDim.x * WARPS;
    unsigned warp = threadIdx.x / WARP;
    for (int64_t begin = (int64_t)blockIdx.x * WARPS; begin < rows; begin += step * WARP) {
        int64_t own = begin + threadIdx.x % WARPS + threadIdx.x / WARPS * step;
        __syncthreads();  // those before may still be read
        if (own < rows)
            examples[threadIdx.x] = example_at(state, (uint64_t)minibatch, (uint64_t)rows,
                                               (uint64_t)own, (uint32_t)count);
        __syncthreads();
        int64_t row = begin + warp;
        for (unsigned i = warp; i < ROW_THREADS && row < rows; i += WARPS, row += step)
            body(row, (int64_t)examples[i]);
    }
}

KERNEL(gather, float* out, const unsigned char* pixels, const float* scaling, int64_t rows,
       int64_t width, int64_t count, int64_t minibatch, const State* state) {
    for_examples(rows, count, minibatch, state, [=](int64_t row, int64_t example) {
        expand_row(out + row * width, pixels, scaling, example, width);
    });
}

KERNEL(gather_rows, float* out, const float* values, int64_t rows, int64_t width, int64_t count,
       int64_t minibatch, const State* state) {
    for_examples(rows, count, minibatch, state, [=](int64_t row, int64_t example) {
        for (int64_t i = threadIdx.x % WARP; i < width; i += WARP)
            out[row * width + i] = values[example * width + i];
    });
}

// A warp per row.
KERNEL(expand, float* out, const unsigned char* pixels, const float* scaling, int64_t first,
       int64_t rows, int64_t width) {
    const int WARPS = ROW_THREADS / WARP;
    for (int64_t row = (int64_t)blockIdx.x * WARPS + threadIdx.x / WARP; row < rows;
         row += (int64_t)gridDim.x * WARPS)
        expand_row(out + row * width, pixels, scaling, first + row, width);
}

KERNEL(fill, float* out, int64_t n, float value) {
    for_fours(n, by_fours(out), [=](int64_t i, auto access) {
        store_four(access, out, i, n, {{value, value, value, value}});
    });
}
