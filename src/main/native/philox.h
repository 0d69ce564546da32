// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a random
// word is a function of (seed, site, step, element), so nothing is stored, any element can be had
// again, and the CPU and the GPU draw the same bits.

struct Words {
    uint32_t x, y, z, w;
};

// Key = seed; counter = (group, site, step low, step high); group = element / 4.
GAN4J_FN Words philox(uint64_t seed, uint64_t step, uint32_t site, uint32_t group) {
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    uint32_t c0 = group, c1 = site, c2 = (uint32_t)step, c3 = (uint32_t)(step >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    Words words = {c0, c1, c2, c3};
    return words;
}

// U(-1, 1) from the upper 24 bits: exact in float32, symmetric about 0, never 0 or +-1.
GAN4J_FN float symmetric_uniform(uint32_t bits) {
    return ((float)((int32_t)(bits >> 8) - (1 << 23)) + 0.5f) * (1.0f / (1 << 23));
}

// U(mean - scale, mean + scale).
GAN4J_FN float ranged_uniform(uint32_t bits, float mean, float scale) {
    return symmetric_uniform(bits) * scale + mean;
}

// U(0, 1] from the upper 24 bits.
GAN4J_FN float open_zero_uniform(uint32_t bits) {
    return (float)((bits >> 8) + 1) * (1.0f / (1 << 24));
}

// The site of the shuffle; layers and noise sources count up from 0.
#define GAN4J_SHUFFLE_SITE 0xFFFFFFFFu

#ifdef __CUDACC__
GAN4J_FN int leading_zeros(uint32_t word) { return __clz((int)word); }
#else
GAN4J_FN int leading_zeros(uint32_t word) { return __builtin_clz(word); }
#endif

// Where example `position` of an epoch's order stands in the data set: a bijection of [0, count),
// another one for every (seed, epoch). A Feistel network permutes the smallest power of two that
// holds count; what falls outside is permuted again until it falls inside (cycle walking).
GAN4J_FN uint32_t shuffled(uint32_t position, uint32_t count, uint64_t seed, uint64_t epoch) {
    int bits = count <= 4 ? 2 : 32 - leading_zeros(count - 1);
    int low_bits = bits / 2;
    uint32_t low_mask = (1u << low_bits) - 1;
    uint32_t high_mask = (1u << (bits - low_bits)) - 1;
    uint32_t value = position;
    do {
        uint32_t low = value & low_mask, high = value >> low_bits;
        for (uint32_t round = 0; round < 8; round += 2) {
            high ^= philox(seed, epoch, GAN4J_SHUFFLE_SITE, low << 3 | round).x & high_mask;
            low ^= philox(seed, epoch, GAN4J_SHUFFLE_SITE, high << 3 | (round + 1)).x & low_mask;
        }
        value = high << low_bits | low;
    } while (value >= count);
    return value;
}
