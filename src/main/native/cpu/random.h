// Noise, masks and minibatches.

KERNEL(uniform, float* out, long n, float mean, float scale, const State* state, int site) {
    random_blocks(n, state, site, [=](long begin, long count, const uint32_t* bits) {
        for (long i = 0; i < count; i++) out[begin + i] = ranged_uniform(bits[i], mean, scale);
    });
}

// Without `in`: zeros in its place.
KERNEL(normal, float* out, const float* in, long n, float scale, const State* state, int site) {
    random_blocks(n, state, site, [=](long begin, long count, const uint32_t* bits) {
        float draws[BLOCK];
        for (int i = 0; i < BLOCK / 2; i++)
            normal_pair(bits[2 * i], bits[2 * i + 1], &draws[2 * i], &draws[2 * i + 1]);
        for (long i = 0; i < count; i++)
            out[begin + i] = (in == nullptr ? 0.0f : in[begin + i]) + draws[i] * scale;
    });
}

// Without a row_scale: factors of one.
KERNEL(dropout, float* out, const float* in, const float* row_scale, long n, long width,
       uint32_t threshold, float scale, const State* state, int site) {
    random_blocks(n, state, site, [=](long begin, long count, const uint32_t* bits) {
        for (long i = 0; i < count; i++)
            out[begin + i] = dropped(in[begin + i], bits[i], threshold, scale);
        if (row_scale != nullptr)
            for (long i = begin; i < begin + count; i++) out[i] = row_scale[i / width] * out[i];
    });
}

static inline void expand_row(float* out, const unsigned char* pixels, const float* scaling,
                              long row, long width) {
    const unsigned char* in = pixels + row * width;
    float shift = scaling[2 * row], scale = scaling[2 * row + 1];
    for (long i = 0; i < width; i++) out[i] = expanded(in[i], shift, scale);
}

// Calls body(row, example) for every row of a minibatch.
template <class Body>
static inline void for_examples(long rows, long width, long count, long minibatch,
                                const State* state, Body body) {
    parallel(rows, width, [=](long first, long last) {
        for (long row = first; row < last; row++)
            body(row, (long)example_at(state, minibatch, rows, row, (uint32_t)count));
    });
}

KERNEL(gather, float* out, const unsigned char* pixels, const float* scaling, long rows, long width,
       long count, long minibatch, const State* state) {
    for_examples(rows, width, count, minibatch, state, [=](long row, long example) {
        expand_row(out + row * width, pixels, scaling, example, width);
    });
}

KERNEL(gather_rows, float* out, const float* values, long rows, long width, long count,
       long minibatch, const State* state) {
    for_examples(rows, width, count, minibatch, state, [=](long row, long example) {
        for (long i = 0; i < width; i++) out[row * width + i] = values[example * width + i];
    });
}

KERNEL(expand, float* out, const unsigned char* pixels, const float* scaling, long first_row,
       long rows, long width) {
    parallel(rows, width, [=](long first, long last) {
        for (long row = first; row < last; row++)
            expand_row(out + row * width, pixels, scaling, first_row + row, width);
    });
}

KERNEL(fill, float* out, long n, float value) {
    parallel(n, 1, [=](long first, long last) {
        for (long i = first; i < last; i++) out[i] = value;
    });
}
