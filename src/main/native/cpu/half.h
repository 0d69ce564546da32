// The gradient of weights from factors in bf16, by the processor's own products of pairs, with
// everything that becomes of a weight while it is in registers: its velocity, its step and its next
// copy in bf16. In a namespace of its own, for processors with AVX512_BF16.

// Inputs and outputs of a tile: its sums stay in 24 registers.
static const int TILE_INPUTS = 6;
static const int TILE_VECTORS = 4;
static const int TILE_OUTPUTS = 16 * TILE_VECTORS;

struct HalfGradient {
    float* weights;
    float* velocity;
    uint16_t* copy;  // of the weights, or null
    long pairs;      // of rows; the last one's second is 0 where their number is odd
    long inputs, outputs;
    long panels;        // of TILE_OUTPUTS outputs
    uint32_t* x;        // [inputs of TILE_INPUTS][pairs][TILE_INPUTS]
    uint32_t* delta;    // [panels][pairs][TILE_OUTPUTS]
    double* squares;    // [panels], of what the weights take
    long bytes;
    float momentum, factor;
};

static inline HalfGradient half_gradient_of(char* work, long rows, long inputs, long outputs) {
    HalfGradient h = {};
    h.pairs = (rows + 1) / 2;
    h.inputs = inputs;
    h.outputs = outputs;
    h.panels = (outputs + TILE_OUTPUTS - 1) / TILE_OUTPUTS;
    long blocks = (inputs + TILE_INPUTS - 1) / TILE_INPUTS;
    long x_words = (blocks * h.pairs * TILE_INPUTS + 15) / 16 * 16;
    long delta_words = h.panels * h.pairs * TILE_OUTPUTS;
    h.delta = (uint32_t*)work;
    h.x = h.delta + delta_words;
    h.squares = (double*)(h.x + x_words);
    h.bytes = (long)sizeof(uint32_t) * (delta_words + x_words) + (long)sizeof(double) * h.panels;
    return h;
}

// to[block][pair][size]: two rows' values in one word; 0 beyond the last row or column.
static inline void pair_rows(uint32_t* to, const uint16_t* from, long rows, long columns, long size,
                             long block) {
    long first = block * size, count = columns - first < size ? columns - first : size;
    long pairs = (rows + 1) / 2;
    for (long pair = 0; pair < pairs; pair++) {
        uint32_t* words = to + (block * pairs + pair) * size;
        const uint16_t* upper = from + 2 * pair * columns + first;
        const uint16_t* lower = 2 * pair + 1 < rows ? upper + columns : nullptr;
        for (long i = 0; i < count; i++)
            words[i] = upper[i] | (lower == nullptr ? 0u : (uint32_t)lower[i] << 16);
        for (long i = count; i < size; i++) words[i] = 0;
    }
}

// What becomes of 16 weights whose gradient is `sum`; the sum of squares of what they take.
template <bool STEP>
static inline __m512 take_in(const HalfGradient& h, __m512 sum, long at, __mmask16 mask) {
    __m512 moved = with_gradient(_mm512_maskz_loadu_ps(mask, h.velocity + at), sum, h.momentum,
                                 h.factor);
    _mm512_mask_storeu_ps(h.velocity + at, mask, moved);
    if (STEP) {
        __m512 weights = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, h.weights + at), moved);
        _mm512_mask_storeu_ps(h.weights + at, mask, weights);
        // Products take what is below the smallest normal number for 0, as this does.
        _mm256_mask_storeu_epi16(h.copy + at, mask, (__m256i)_mm512_cvtneps_pbh(weights));
    }
    return _mm512_maskz_mul_ps(mask, moved, moved);
}

// Not _mm512_reduce_add_ps, which adds in the same order and of which GCC 12 warns.
static inline float sum_of(__m512 values) {
    float sums[16];
    _mm512_storeu_ps(sums, values);
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

template <bool STEP>
static inline double half_tile(const HalfGradient& h, long block, long panel) {
    const uint32_t* x = h.x + block * h.pairs * TILE_INPUTS;
    const uint32_t* d = h.delta + panel * h.pairs * TILE_OUTPUTS;
    long first = block * TILE_INPUTS, column = panel * TILE_OUTPUTS;
    // Its rows are far from each other: what the next tile needs is asked for before.
    for (long i = 0; i < TILE_INPUTS; i++)
        for (long c = 0; c < TILE_OUTPUTS && first + TILE_INPUTS + i < h.inputs; c += 16) {
            long at = (first + TILE_INPUTS + i) * h.outputs + column + c;
            __builtin_prefetch(h.velocity + at, 1);
            if (STEP) __builtin_prefetch(h.weights + at, 1);
        }
    __m512 sums[TILE_INPUTS][TILE_VECTORS];
    for (int i = 0; i < TILE_INPUTS; i++)
        for (int v = 0; v < TILE_VECTORS; v++) sums[i][v] = _mm512_setzero_ps();
    for (long pair = 0; pair < h.pairs; pair++) {
        __m512bh rows[TILE_VECTORS];
        for (int v = 0; v < TILE_VECTORS; v++)
            rows[v] = (__m512bh)_mm512_load_si512(d + pair * TILE_OUTPUTS + 16 * v);
        #pragma GCC unroll 6
        for (int i = 0; i < TILE_INPUTS; i++) {
            __m512bh one = (__m512bh)_mm512_set1_epi32((int)x[pair * TILE_INPUTS + i]);
            #pragma GCC unroll 4
            for (int v = 0; v < TILE_VECTORS; v++)
                sums[i][v] = _mm512_dpbf16_ps(sums[i][v], one, rows[v]);
        }
    }
    __m512 squares = _mm512_setzero_ps();
    for (int i = 0; i < TILE_INPUTS && first + i < h.inputs; i++)
        for (int v = 0; v < TILE_VECTORS; v++) {
            long left = h.outputs - column - 16 * v;
            if (left <= 0) break;
            __mmask16 mask = left >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1u << left) - 1);
            long at = (first + i) * h.outputs + column + 16 * v;
            squares = _mm512_add_ps(squares, take_in<STEP>(h, sums[i][v], at, mask));
        }
    return (double)sum_of(squares);
}

// Of one replica. Without a copy the weights stay as they are.
static inline void half_gradient(float* weights, float* velocity, uint16_t* copy, const uint16_t* x,
                                 const uint16_t* delta, char* work, long rows, long inputs,
                                 long outputs, State* state) {
    HalfGradient h = half_gradient_of(work, rows, inputs, outputs);
    h.weights = weights;
    h.velocity = velocity;
    h.copy = copy;
    h.momentum = state->momentum;
    h.factor = state->gradient_factor;
    long blocks = (inputs + TILE_INPUTS - 1) / TILE_INPUTS;
    parallel(blocks + h.panels, rows * TILE_OUTPUTS, [=](long first, long last) {
        for (long i = first; i < last; i++)
            if (i < h.panels)
                pair_rows(h.delta, delta, rows, outputs, TILE_OUTPUTS, i);
            else
                pair_rows(h.x, x, rows, inputs, TILE_INPUTS, i - h.panels);
    });
    parallel(h.panels, inputs * rows * TILE_VECTORS, [=](long first, long last) {
        for (long panel = first; panel < last; panel++) {
            double sum = 0;
            for (long block = 0; block < blocks; block++)
                sum += copy != nullptr ? half_tile<true>(h, block, panel)
                                       : half_tile<false>(h, block, panel);
            h.squares[panel] = sum;
        }
    });
    if (copy != nullptr)
        for (long panel = 0; panel < h.panels; panel++) state->update_square += h.squares[panel];
}
