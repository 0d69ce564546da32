// Masks of completion.

// Words of a site in their order; what four pixels share is drawn once.
struct PixelWords {
    const State* state;
    int site;
    uint64_t group;
    uint32_t four[4];

    uint32_t at(uint64_t element) {
        if (element / 4 != group) {
            group = element / 4;
            Words words = philox(state->seed, state->step, (uint32_t)site, (uint32_t)group);
            four[0] = words.x;
            four[1] = words.y;
            four[2] = words.z;
            four[3] = words.w;
        }
        return four[element % 4];
    }
};

KERNEL(masks, float* out, long rows, long channels, long height, long width, int64_t half,
       int64_t quadrant, int64_t rectangle, int64_t pixels, const State* state, int site) {
    MaskKinds kinds = {half, quadrant, rectangle, pixels};
    long plane = height * width;
    parallel(rows, channels * plane, [=](long first, long last) {
        for (long row = first; row < last; row++) {
            uint64_t whole = row_in_whole(state, (uint64_t)rows, (uint64_t)row);
            Mask mask = mask_of(state, site, whole, height, width, kinds);
            float* o = out + row * channels * plane;
            PixelWords words = {state, site + 1, ~0ull, {0, 0, 0, 0}};
            for (long p = 0; p < plane; p++) {
                uint32_t word = mask.by_pixels ? words.at(whole * (uint64_t)plane + (uint64_t)p) : 0;
                o[p] = visible(mask, p / width, p % width, word);
            }
            for (long c = 1; c < channels; c++)
                for (long p = 0; p < plane; p++) o[c * plane + p] = o[p];
        }
    });
}

KERNEL(compose, float* out, const float* mask, const float* seen, const float* made, long n) {
    parallel(n, 1, [=](long first, long last) {
        for (long i = first; i < last; i++) out[i] = composed(mask[i], seen[i], made[i]);
    });
}

KERNEL(completion_slope, float* slope, const float* mask, const float* made, const float* real,
       float weight, long n) {
    parallel(n, 1, [=](long first, long last) {
        for (long i = first; i < last; i++)
            slope[i] = hidden_slope(slope[i], mask[i], made[i], real[i], weight);
    });
}
