// How the CPU's kernels go over elements, and where random words come from.

// Below this many elements a second thread costs more than it saves.
static const long GRAIN = 8192;

// Calls body(begin, end) so that [0, items) is covered once; cost is the work of one item, in
// elements.
template <class Body>
static inline void parallel(long items, long cost, Body body) {
    if (items < 2 || items * cost < 2 * GRAIN) {
        body(0L, items);
        return;
    }
    #pragma omp parallel
    {
        long thread = omp_get_thread_num(), threads = omp_get_num_threads();
        body(items * thread / threads, items * (thread + 1) / threads);
    }
}

// Random words of LANES counters at once, in the order of the elements.
static const int LANES = 16;
static const int BLOCK = 4 * LANES;

static inline void random_block(uint32_t* bits, uint64_t seed, uint64_t step, const Place& place,
                                uint32_t group) {
    uint32_t x[LANES], y[LANES], z[LANES], w[LANES];
    for (int i = 0; i < LANES; i++) {
        Words words = philox(seed, step, place.site, group_in_whole(place, group + i));
        x[i] = words.x;
        y[i] = words.y;
        z[i] = words.z;
        w[i] = words.w;
    }
    for (int i = 0; i < LANES; i++) {
        bits[4 * i] = x[i];
        bits[4 * i + 1] = y[i];
        bits[4 * i + 2] = z[i];
        bits[4 * i + 3] = w[i];
    }
}

// Calls body(begin, count, bits) for every block of at most BLOCK elements of [0, n).
template <class Body>
static inline void random_blocks(long n, const State* s, int site, Body body) {
    uint64_t seed = s->seed, step = s->step;
    Place place = place_of(s, site, (uint64_t)n);
    parallel((n + BLOCK - 1) / BLOCK, BLOCK, [=](long first, long last) {
        alignas(64) uint32_t bits[BLOCK];
        for (long block = first; block < last; block++) {
            random_block(bits, seed, step, place, (uint32_t)(block * LANES));
            long begin = block * BLOCK;
            body(begin, n - begin < BLOCK ? n - begin : (long)BLOCK, bits);
        }
    });
}
