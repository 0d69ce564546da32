// Noise, masks and minibatches.

// Calls body(element, random bits) for every element of [0, n); a thread draws four at a time.
template <class Body>
__device__ __forceinline__ void for_random(int64_t n, const State* s, int site, Body body) {
    uint64_t seed = s->seed, step = s->step;
    for (int64_t group = first_item(); 4 * group < n; group += item_step()) {
        Words words = philox(seed, step, (uint32_t)site, (uint32_t)group);
        int64_t i = 4 * group;
        body(i, words.x);
        if (i + 1 < n) body(i + 1, words.y);
        if (i + 2 < n) body(i + 2, words.z);
        if (i + 3 < n) body(i + 3, words.w);
    }
}

KERNEL gan4j_uniform(float* out, int64_t out_stride, int64_t n, float scale, int64_t* state,
                     int64_t state_stride, int site) {
    float* o = replica_of(out, out_stride);
    for_random(n, state_of(state, state_stride), site,
               [=](int64_t i, uint32_t bits) { o[i] = symmetric_uniform(bits) * scale; });
}

KERNEL gan4j_normal(float* out, int64_t out_stride, const float* in, int64_t in_stride, int64_t n,
                    float scale, int64_t* state, int64_t state_stride, int site) {
    float* o = replica_of(out, out_stride);
    const float* x = replica_of(in, in_stride);
    const State* s = state_of(state, state_stride);
    for (int64_t group = first_item(); 4 * group < n; group += item_step()) {
        Words words = philox(s->seed, s->step, (uint32_t)site, (uint32_t)group);
        float draws[4];
        normal_pair(words.x, words.y, &draws[0], &draws[1]);
        normal_pair(words.z, words.w, &draws[2], &draws[3]);
        for (int j = 0; j < 4; j++) {
            int64_t i = 4 * group + j;
            if (i < n) o[i] = (x == nullptr ? 0.0f : x[i]) + draws[j] * scale;
        }
    }
}

KERNEL gan4j_dropout(float* out, int64_t out_stride, const float* in, int64_t in_stride, int64_t n,
                     uint32_t threshold, float scale, int64_t* state, int64_t state_stride,
                     int site) {
    float* o = replica_of(out, out_stride);
    const float* x = replica_of(in, in_stride);
    for_random(n, state_of(state, state_stride), site, [=](int64_t i, uint32_t bits) {
        o[i] = bits < threshold ? x[i] * scale : 0.0f;
    });
}

__device__ __forceinline__ void expand_row(float* out, const unsigned char* pixels,
                                           const float* scaling, int64_t row, int64_t width) {
    const unsigned char* in = pixels + row * width;
    float shift = scaling[2 * row], scale = scaling[2 * row + 1];
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
        out[i] = ((float)in[i] - shift) * scale;
}

// A block per row.
KERNEL gan4j_gather(float* out, int64_t out_stride, const unsigned char* pixels,
                    const float* scaling, int64_t rows, int64_t width, int64_t count,
                    int64_t minibatch, int64_t* state, int64_t state_stride) {
    float* o = replica_of(out, out_stride);
    const State* s = state_of(state, state_stride);
    __shared__ uint32_t example;
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        __syncthreads();
        if (threadIdx.x == 0)
            example = example_at(s, (uint64_t)minibatch, (uint64_t)rows, (uint64_t)row,
                                 (uint32_t)count);
        __syncthreads();
        expand_row(o + row * width, pixels, scaling, example, width);
    }
}

// A block per row.
KERNEL gan4j_expand(float* out, int64_t out_stride, const unsigned char* pixels,
                    const float* scaling, int64_t first, int64_t rows, int64_t width) {
    float* o = replica_of(out, out_stride);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        expand_row(o + row * width, pixels, scaling, first + row, width);
}
