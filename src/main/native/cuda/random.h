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

KERNEL(uniform, float* out, int64_t n, float scale, const State* state, int site) {
    for_random(n, state, site,
               [=](int64_t i, uint32_t bits) { out[i] = symmetric_uniform(bits) * scale; });
}

// Without `in`: zeros in its place.
KERNEL(normal, float* out, const float* in, int64_t n, float scale, const State* state, int site) {
    for (int64_t group = first_item(); 4 * group < n; group += item_step()) {
        Words words = philox(state->seed, state->step, (uint32_t)site, (uint32_t)group);
        float draws[4];
        normal_pair(words.x, words.y, &draws[0], &draws[1]);
        normal_pair(words.z, words.w, &draws[2], &draws[3]);
        for (int j = 0; j < 4; j++) {
            int64_t i = 4 * group + j;
            if (i < n) out[i] = (in == nullptr ? 0.0f : in[i]) + draws[j] * scale;
        }
    }
}

KERNEL(dropout, float* out, const float* in, int64_t n, uint32_t threshold, float scale,
       const State* state, int site) {
    for_random(n, state, site, [=](int64_t i, uint32_t bits) {
        out[i] = dropped(in[i], bits, threshold, scale);
    });
}

__device__ __forceinline__ void expand_row(float* out, const unsigned char* pixels,
                                           const float* scaling, int64_t row, int64_t width) {
    const unsigned char* in = pixels + row * width;
    float shift = scaling[2 * row], scale = scaling[2 * row + 1];
    for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
        out[i] = expanded(in[i], shift, scale);
}

// A block per row.
KERNEL(gather, float* out, const unsigned char* pixels, const float* scaling, int64_t rows,
       int64_t width, int64_t count, int64_t minibatch, const State* state) {
    __shared__ uint32_t example;
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        __syncthreads();
        if (threadIdx.x == 0)
            example = example_at(state, (uint64_t)minibatch, (uint64_t)rows, (uint64_t)row,
                                 (uint32_t)count);
        __syncthreads();
        expand_row(out + row * width, pixels, scaling, example, width);
    }
}

// A block per row.
KERNEL(expand, float* out, const unsigned char* pixels, const float* scaling, int64_t first,
       int64_t rows, int64_t width) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        expand_row(out + row * width, pixels, scaling, first + row, width);
}

KERNEL(fill, float* out, int64_t n, float value) {
    for (int64_t i = first_item(); i < n; i += item_step()) out[i] = value;
}
