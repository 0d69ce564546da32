// Factors of products in bf16: the upper half of a float, rounded to the nearest, to even if two are.

static inline uint16_t bf16_of(uint32_t bits) {
    uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1)) >> 16;
    // What is not a number stays none.
    return (uint16_t)((bits & 0x7FFFFFFFu) > 0x7F800000u ? (bits >> 16) | 0x40u : rounded);
}

KERNEL(round, uint16_t* out, const float* in, long n) {
    parallel(n, 1, [=](long first, long last) {
        for (long i = first; i < last; i++) {
            uint32_t bits;
            memcpy(&bits, in + i, sizeof bits);
            out[i] = bf16_of(bits);
        }
    });
}
