// Masks of completion.

KERNEL(masks, float* out, int64_t rows, int64_t channels, int64_t height, int64_t width,
       int64_t half, int64_t quadrant, int64_t rectangle, int64_t pixels, const State* state,
       int site) {
    MaskKinds kinds = {half, quadrant, rectangle, pixels};
    int64_t plane = height * width;
    Place pixels_of = {(uint32_t)(site + 1), 0u, 0xFFFFFFFFu, 0u};
    for (int64_t i = first_item(); i < rows * plane; i += item_step()) {
        int64_t row = i / plane, p = i % plane;
        uint64_t whole = row_in_whole(state, (uint64_t)rows, (uint64_t)row);
        Mask mask = mask_of(state, site, whole, height, width, kinds);
        uint64_t element = whole * (uint64_t)plane + (uint64_t)p;
        uint32_t word = mask.by_pixels ? random_words(state, pixels_of, element / 4).v[element % 4] : 0;
        float value = visible(mask, p / width, p % width, word);
        for (int64_t c = 0; c < channels; c++) out[(row * channels + c) * plane + p] = value;
    }
}

KERNEL(compose, float* out, const float* mask, const float* seen, const float* made, int64_t n) {
    for (int64_t i = first_item(); i < n; i += item_step())
        out[i] = composed(mask[i], seen[i], made[i]);
}

KERNEL(completion_slope, float* slope, const float* mask, const float* made, const float* real,
       float weight, int64_t n) {
    for (int64_t i = first_item(); i < n; i += item_step())
        slope[i] = hidden_slope(slope[i], mask[i], made[i], real[i], weight);
}
