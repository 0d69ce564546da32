// The largest of each unit's pieces, several units at a time.

typedef float Floats __attribute__((vector_size(4 * WIDTH)));
typedef int32_t Ints __attribute__((vector_size(4 * WIDTH)));
typedef unsigned char Bytes __attribute__((vector_size(WIDTH)));

static inline Ints lanes() {
    Ints lane;
    for (int l = 0; l < WIDTH; l++) lane[l] = l;
    return lane;
}

// pieces[p] becomes piece p of WIDTH units whose pieces lie side by side. PIECES is odd, so that
// the WIDTH values of a piece lie in WIDTH different lanes of the PIECES vectors that hold all: in
// lane l, piece p comes from vector (p - l) / WIDTH modulo PIECES. Turning every lane by its l,
// a power of two at a time, and one shuffle of lanes for each piece put them there.
template <int PIECES>
static inline void deal(Floats* pieces, const float* in) {
    int inverse = 1;
    while (inverse * WIDTH % PIECES != 1) inverse++;
    Floats turned[PIECES];
    for (int v = 0; v < PIECES; v++) memcpy(&turned[v], in + v * WIDTH, sizeof turned[v]);
    Ints turn = lanes() * inverse % PIECES;
    for (int bit = 1; bit < PIECES; bit *= 2) {
        Floats before[PIECES];
        for (int v = 0; v < PIECES; v++) before[v] = turned[v];
        for (int v = 0; v < PIECES; v++)
            turned[v] = (turn & bit) != 0 ? before[(v + PIECES - bit) % PIECES] : before[v];
    }
    for (int p = 0; p < PIECES; p++)
        pieces[p] = __builtin_shuffle(turned[p * inverse % PIECES],
                                      (lanes() * PIECES + p) % WIDTH);
}

// WIDTH units of an odd number of pieces at once.
template <int PIECES>
static inline void maxout_vector(float* out, unsigned char* winner, const float* in) {
    Floats pieces[PIECES];
    deal<PIECES>(pieces, in);
    Floats best = pieces[0], poison = pieces[0];
    Ints arg = {};
    for (int p = 1; p < PIECES; p++) take_larger(best, arg, poison, pieces[p], Ints{} + p);
    best = largest_or_nan(best, poison);
    Bytes narrow = __builtin_convertvector(arg, Bytes);
    memcpy(out, &best, sizeof best);
    memcpy(winner, &narrow, sizeof narrow);
}

// COUNT units at once, in arrays that the compiler keeps in registers.
template <int PIECES, int COUNT>
static inline void maxout_lanes(float* out, unsigned char* winner, const float* in,
                                long any_pieces) {
    const long pieces = PIECES > 0 ? PIECES : any_pieces;
    float best[COUNT], poison[COUNT];
    int32_t arg[COUNT];
    for (int u = 0; u < COUNT; u++) {
        best[u] = in[u * pieces];
        poison[u] = best[u];
        arg[u] = 0;
    }
    for (int p = 1; p < pieces; p++) {
        float piece[COUNT];
        for (int u = 0; u < COUNT; u++) piece[u] = in[u * pieces + p];
        for (int u = 0; u < COUNT; u++) take_larger(best[u], arg[u], poison[u], piece[u], p);
    }
    for (int u = 0; u < COUNT; u++) out[u] = largest_or_nan(best[u], poison[u]);
    for (int u = 0; u < COUNT; u++) winner[u] = (unsigned char)arg[u];
}

template <int PIECES>
static inline void maxout_units(float* out, unsigned char* winner, const float* in, long count,
                                long any_pieces) {
    const long pieces = PIECES > 0 ? PIECES : any_pieces;
    long u = 0;
    if constexpr (PIECES % 2 == 1)
        for (; u + WIDTH <= count; u += WIDTH)
            maxout_vector<PIECES>(out + u, winner + u, in + u * pieces);
    else
        for (; u + LANES <= count; u += LANES)
            maxout_lanes<PIECES, LANES>(out + u, winner + u, in + u * pieces, pieces);
    for (; u < count; u++) maxout_lanes<PIECES, 1>(out + u, winner + u, in + u * pieces, pieces);
}

static inline void maxout_any(float* out, unsigned char* winner, const float* in, long count,
                              long pieces) {
    if (pieces == 5)
        maxout_units<5>(out, winner, in, count, pieces);
    else if (pieces == 2)
        maxout_units<2>(out, winner, in, count, pieces);
    else
        maxout_units<0>(out, winner, in, count, pieces);
}
