// Maxout's backward pass by its winners. Only the piece that won has a slope, and none where dropout
// has set the unit to 0: with five pieces and half of the units dropped nine of ten slopes are 0,
// and this spares their products, and the array of them. What the slopes are is put into lists,
// once for a minibatch: of every column of the weights, that is of every piece, the rows in which
// it won; and of every row the pieces that won.
//
// The weights are [inputs][columns] and their sums go over rows or columns, so vectors lie along
// the inputs, and 16 x 16 weights at a time change places in registers. A sum is added up row by
// row, or column by column, each product rounded: the same bits for every width of vectors.

// A slope, and where its other factor lies: a row, or a column within its group.
struct Slope {
    int32_t at;
    float value;
};

// Inputs whose weights change places together, and the most such strips that are done at once:
// their part of the inputs stays in the first cache for some 200 rows.
static const long STRIP = 16;
static const int STRIPS = 3;

// Columns of a group: turned around, the weights of a block of inputs stay in the first cache.
static const long GROUP_COLUMNS = 160;
static const long MOST_GROUP_COLUMNS = 256;  // of one unit of 254 pieces, in strips

struct Winners {
    long rows, in_rows, inputs, units, pieces;
    long columns, strips;
    long group_units, groups;
    long room;  // for the slopes of one unit
    // In the work space:
    Slope* by_column;      // [units][2][room]: each unit's by its pieces, and those as they come
    unsigned char* piece;  // [units][room]: of those as they come
    int32_t* begin;        // [units][pieces + 1]: where in by_column
    Slope* by_row;         // [groups][in_rows][group_units]
    int32_t* count;        // [groups][in_rows]
    float* packed;         // [strips][rows][STRIP]; of a block of n strips [rows][n * STRIP]
    double* squares;       // [strips], of what the weights take
    double* bias_squares;  // [units]
    long bytes;
};

template <class T>
static inline T* take_room(unsigned char* work, long* bytes, long n) {
    T* at = (T*)(work + *bytes);
    *bytes += (n * (long)sizeof(T) + 63) / 64 * 64;
    return at;
}

static inline Winners winners_of(unsigned char* work, long rows, long in_rows, long inputs,
                                 long units, long pieces) {
    Winners w = {};
    w.rows = rows;
    w.in_rows = in_rows;
    w.inputs = inputs;
    w.units = units;
    w.pieces = pieces;
    w.columns = units * pieces;
    w.strips = (inputs + STRIP - 1) / STRIP;
    w.group_units = pieces < GROUP_COLUMNS ? GROUP_COLUMNS / pieces : 1;
    w.groups = (units + w.group_units - 1) / w.group_units;
    // One more than the rows; an odd number of cache lines, so that units differ in their sets.
    w.room = ((rows / 8 + 1) | 1) * 8;
    w.by_column = take_room<Slope>(work, &w.bytes, 2 * units * w.room);
    w.piece = take_room<unsigned char>(work, &w.bytes, units * w.room);
    w.begin = take_room<int32_t>(work, &w.bytes, units * (pieces + 1));
    w.by_row = take_room<Slope>(work, &w.bytes, w.groups * in_rows * w.group_units);
    w.count = take_room<int32_t>(work, &w.bytes, w.groups * in_rows);
    w.packed = take_room<float>(work, &w.bytes, w.strips * rows * STRIP);
    w.squares = take_room<double>(work, &w.bytes, w.strips);
    w.bias_squares = take_room<double>(work, &w.bytes, units);
    return w;
}

static inline Floats load(const float* from) {
    Floats value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void store(float* to, Floats value) { memcpy(to, &value, sizeof value); }

// Less 0, which leaves every number as it is; plus 0 would not.
static inline Floats all_equal(float value) { return value - Floats{}; }

// Rows and columns of WIDTH x WIDTH values change places, those of bit BIT of their numbers first.
template <int BIT>
static inline void transpose(Floats* rows) {
    Ints even, odd;
    for (int l = 0; l < WIDTH; l++) {
        even[l] = (l & BIT) != 0 ? WIDTH + (l ^ BIT) : l;
        odd[l] = (l & BIT) != 0 ? WIDTH + l : l ^ BIT;
    }
    for (int r = 0; r < WIDTH; r++)
        if ((r & BIT) == 0) {
            Floats a = rows[r], b = rows[r + BIT];
            rows[r] = __builtin_shuffle(a, b, even);
            rows[r + BIT] = __builtin_shuffle(a, b, odd);
        }
    if constexpr (2 * BIT < WIDTH) transpose<2 * BIT>(rows);
}

// to[column][row] of a strip of 16 x 16 values from[row][column].
static inline void turn_around(float* to, long to_width, const float* from, long from_width) {
    for (int r = 0; r < STRIP; r += WIDTH)
        for (int c = 0; c < STRIP; c += WIDTH) {
            Floats part[WIDTH];
            for (int k = 0; k < WIDTH; k++) part[k] = load(from + (r + k) * from_width + c);
            transpose<1>(part);
            for (int k = 0; k < WIDTH; k++) store(to + (c + k) * to_width + r, part[k]);
        }
}

// The slopes of one unit, by the pieces that won, each piece's by rows. What is kept of the rows
// first lies behind the list. No branch: which piece wins can't be foreseen.
static inline void list_column(const Winners& w, long unit, const float* __restrict delta,
                               const unsigned char* __restrict winner, const float* row_scale,
                               float scale) {
    const long rows = w.rows, units = w.units, pieces = w.pieces;
    Slope* __restrict slopes = w.by_column + 2 * unit * w.room;
    Slope* __restrict kept = slopes + w.room;
    unsigned char* __restrict piece = w.piece + unit * w.room;
    int32_t* __restrict begin = w.begin + unit * (pieces + 1);
    long count = 0;
    for (long row = 0; row < rows; row++) {
        float factor = row_scale == nullptr ? 1.0f : row_scale[row];
        unsigned char won = winner[row * units + unit];
        kept[count] = {(int32_t)row, factor * (delta[row * units + unit] * scale)};
        piece[count] = won;
        count += won < pieces;  // not DROPPED, nor anything else
    }
    long at = 0;
    for (long p = 0; p < pieces; p++) {
        begin[p] = (int32_t)at;
        for (long k = 0; k < count; k++) {
            memcpy(slopes + at, kept + k, sizeof(Slope));
            at += piece[k] == p;
        }
    }
    begin[pieces] = (int32_t)at;
}

// The gradient of the biases of one unit.
static inline void learn_biases(const Winners& w, long unit, float* biases, float* velocity,
                                int step, const State* s, double* square) {
    const Slope* slopes = w.by_column + 2 * unit * w.room;
    const int32_t* begin = w.begin + unit * (w.pieces + 1);
    *square = 0;
    for (long p = 0; p < w.pieces; p++) {
        float sum = 0.0f;
        for (int32_t k = begin[p]; k < begin[p + 1]; k++) sum += slopes[k].value;
        long column = unit * w.pieces + p;
        float v = with_gradient(velocity[column], sum, s->momentum, s->gradient_factor);
        velocity[column] = v;
        if (step) {
            biases[column] += v;
            *square += (double)v * (double)v;
        }
    }
}

// The pieces that won in one row of the input's gradient, in groups of units.
static inline void list_row(const Winners& w, long row, const float* delta,
                            const unsigned char* winner, float scale) {
    for (long g = 0; g < w.groups; g++) {
        long first = g * w.group_units;
        long units = w.units - first < w.group_units ? w.units - first : w.group_units;
        const float* d = delta + row * w.units + first;
        const unsigned char* won = winner + row * w.units + first;
        Slope* slopes = w.by_row + (g * w.in_rows + row) * w.group_units;
        int32_t count = 0;
        for (long u = 0; u < units; u++) {
            slopes[count] = {(int32_t)(u * w.pieces) + won[u], d[u] * scale};
            count += won[u] < w.pieces;
        }
        w.count[g * w.in_rows + row] = count;
    }
}

// A block of N strips of the inputs: N * STRIP of them, or fewer at the end.
template <int N>
struct WinnersBlock {
    static const int SIZE = N * STRIP;
    static const int VECTORS = SIZE / WIDTH;

    const Winners& w;
    long first, inputs;
    float* packed;  // [rows][SIZE]

    WinnersBlock(const Winners& winners, long strip)
        : w(winners),
          first(strip * STRIP),
          inputs(winners.inputs - first < SIZE ? winners.inputs - first : (long)SIZE),
          packed(winners.packed + strip * winners.rows * STRIP) {}

    // sums[0..VECTORS) += the slopes' values times the rows of SIZE values that they name.
    static GAN4J_FN void add(Floats* sums, const Slope* slopes, long count, const float* rows) {
        for (long k = 0; k < count; k++) {
            Floats value = all_equal(slopes[k].value);
            const float* row = rows + (long)slopes[k].at * SIZE;
            for (int v = 0; v < VECTORS; v++) sums[v] += value * load(row + v * WIDTH);
        }
    }

    // The weights of one group of columns, turned around: [columns][SIZE].
    void turn_weights(float* turned, const float* weights, long column, long columns) const {
        for (long c = 0; c < columns; c += STRIP)
            for (long i = 0; i < SIZE; i += STRIP) {
                const float* from = weights + (first + i) * w.columns + column + c;
                float padded[STRIP * STRIP];
                long width = w.columns;
                if (inputs - i < STRIP || columns - c < STRIP) {
                    long rows = inputs - i < STRIP ? inputs - i : STRIP;
                    long some = columns - c < STRIP ? columns - c : STRIP;
                    for (long k = 0; k < STRIP * STRIP; k++) padded[k] = 0.0f;
                    for (long r = 0; r < rows; r++)
                        memcpy(padded + r * STRIP, from + r * width, some * sizeof(float));
                    from = padded;
                    width = STRIP;
                }
                turn_around(turned + c * SIZE + i, SIZE, from, width);
            }
    }

    // in_delta of the rows of this block.
    void back(float* in_delta, const float* weights) const {
        alignas(64) float turned[MOST_GROUP_COLUMNS * SIZE];
        for (long k = 0; k < w.in_rows * SIZE; k++) packed[k] = 0.0f;
        for (long g = 0; g < w.groups; g++) {
            long column = g * w.group_units * w.pieces;
            long group = w.group_units * w.pieces;
            turn_weights(turned, weights, column,
                         w.columns - column < group ? w.columns - column : group);
            for (long row = 0; row < w.in_rows; row++) {
                for (long k = row; k < SIZE * group / STRIP; k += w.in_rows)
                    __builtin_prefetch(weights + (first + k % SIZE) * w.columns + column + group +
                                       k / SIZE * STRIP);
                long list = g * w.in_rows + row;
                Floats sums[VECTORS];
                for (int v = 0; v < VECTORS; v++) sums[v] = load(packed + row * SIZE + v * WIDTH);
                add(sums, w.by_row + list * w.group_units, w.count[list], turned);
                for (int v = 0; v < VECTORS; v++) store(packed + row * SIZE + v * WIDTH, sums[v]);
            }
        }
        for (long row = 0; row < w.in_rows; row++)
            memcpy(in_delta + row * w.inputs + first, packed + row * SIZE,
                   inputs * sizeof(float));
    }

    void pack(const float* in) const {
        for (long row = 0; row < w.rows; row++) {
            float* to = packed + row * SIZE;
            memcpy(to, in + row * w.inputs + first, inputs * sizeof(float));
            for (long i = inputs; i < SIZE; i++) to[i] = 0.0f;
        }
    }

    // Reads what the next 16 columns need before they need it: their rows are far from each other.
    GAN4J_FN void prefetch(const float* weights, const float* velocity, long row,
                           long column) const {
        for (long i = row; i < inputs; i += STRIP) {
            __builtin_prefetch(weights + (first + i) * w.columns + column, 1);
            __builtin_prefetch(velocity + (first + i) * w.columns + column, 1);
        }
    }

    // The gradient of the weights of this block.
    template <bool STEP>
    void learn(float* weights, float* velocity, const float* in, const State* s) const {
        alignas(64) float gradient[STRIP * SIZE];  // [columns][SIZE]
        double squares[N][STRIP] = {};
        pack(in);
        long unit = 0, piece = 0;
        for (long column = 0; column < w.columns; column += STRIP) {
            for (long c = 0; c < STRIP; c++) {
                Floats sums[VECTORS] = {};
                if (column + c < w.columns) {
                    prefetch(weights, velocity, c, column + STRIP);
                    const int32_t* begin = w.begin + unit * (w.pieces + 1) + piece;
                    const Slope* slopes = w.by_column + 2 * unit * w.room + begin[0];
                    add(sums, slopes, begin[1] - begin[0], packed);
                    piece = piece + 1 < w.pieces ? piece + 1 : 0;
                    unit += piece == 0;
                }
                for (int v = 0; v < VECTORS; v++) store(gradient + c * SIZE + v * WIDTH, sums[v]);
            }
            for (int n = 0; n < N; n++)
                take_in<STEP>(weights, velocity, gradient + n * STRIP, n * STRIP, column, s,
                              squares[n]);
        }
        for (int n = 0; n < N; n++) {
            double sum = 0;
            for (int l = 0; l < STRIP; l++) sum += squares[n][l];
            w.squares[first / STRIP + n] = sum;
        }
    }

    // The gradient [columns][SIZE] of one strip and 16 columns goes into the velocity, and with
    // STEP the velocity into the weights. Of the last columns there may be fewer.
    template <bool STEP>
    void take_in(float* weights, float* velocity, const float* gradient, long strip, long column,
                 const State* s, double* squares) const {
        alignas(64) float turned[STRIP * STRIP];
        turn_around(turned, STRIP, gradient, SIZE);
        long rows = inputs - strip < STRIP ? inputs - strip : STRIP;
        long columns = w.columns - column < STRIP ? w.columns - column : STRIP;
        float momentum = s->momentum, factor = s->gradient_factor;
        Floats lanes[STRIP / WIDTH] = {};
        for (long r = 0; r < rows; r++) {
            float* v = velocity + (first + strip + r) * w.columns + column;
            float* to = weights + (first + strip + r) * w.columns + column;
            float some_v[STRIP] = {0}, some_to[STRIP] = {0};
            float *all_v = v, *all_to = to;
            if (columns < STRIP) {
                memcpy(some_v, v, columns * sizeof(float));
                if (STEP) memcpy(some_to, to, columns * sizeof(float));
                all_v = some_v;
                all_to = some_to;
            }
            for (int l = 0; l < STRIP / WIDTH; l++) {
                Floats g = load(turned + r * STRIP + l * WIDTH);
                Floats moved = with_gradient(load(all_v + l * WIDTH), g, momentum, factor);
                store(all_v + l * WIDTH, moved);
                if (STEP) {
                    store(all_to + l * WIDTH, load(all_to + l * WIDTH) + moved);
                    lanes[l] += moved * moved;
                }
            }
            if (columns < STRIP) {
                memcpy(v, some_v, columns * sizeof(float));
                if (STEP) memcpy(to, some_to, columns * sizeof(float));
            }
        }
        if (STEP)
            for (int l = 0; l < STRIP / WIDTH; l++)
                for (int j = 0; j < WIDTH; j++) squares[l * WIDTH + j] += (double)lanes[l][j];
    }
};

template <int N>
static inline void winners_block(const Winners& w, long strip, float* in_delta, float* weights,
                                 float* velocity, const float* in, int step, const State* s) {
    WinnersBlock<N> block(w, strip);
    if (in_delta != nullptr) block.back(in_delta, weights);
    if (velocity != nullptr && step != 0) block.template learn<true>(weights, velocity, in, s);
    if (velocity != nullptr && step == 0) block.template learn<false>(weights, velocity, in, s);
}

// Without an in_delta, and in_rows: without the gradient of the input. Without velocities: without
// those of weights and biases. With `step` these take what their velocities become.
KERNEL(maxout_gradients, float* in_delta, float* weights, float* velocity, float* biases,
       float* bias_velocity, const float* in, const float* delta, const unsigned char* winner,
       const float* row_scale, unsigned char* work, long rows, long in_rows, long inputs,
       long units, long pieces, float scale, int step, State* state) {
    Winners w = winners_of(work, rows, in_rows, inputs, units, pieces);
    parallel(in_rows, units, [=](long first, long last) {
        for (long row = first; row < last; row++) list_row(w, row, delta, winner, scale);
    });
    if (velocity != nullptr)
        parallel(units, rows * pieces, [=](long first, long last) {
            for (long unit = first; unit < last; unit++) {
                list_column(w, unit, delta, winner, row_scale, scale);
                learn_biases(w, unit, biases, bias_velocity, step, state, w.bias_squares + unit);
            }
        });
    parallel(w.strips, rows * units * STRIP, [=](long first, long last) {
        for (long strip = first; strip < last;) {
            long left = last - strip;
            if (left == 1) {
                winners_block<1>(w, strip, in_delta, weights, velocity, in, step, state);
                strip += 1;
            } else if (left == 2 || left == 4) {
                winners_block<2>(w, strip, in_delta, weights, velocity, in, step, state);
                strip += 2;
            } else {
                winners_block<3>(w, strip, in_delta, weights, velocity, in, step, state);
                strip += 3;
            }
        }
    });
    if (velocity != nullptr && step != 0) {
        for (long strip = 0; strip < w.strips; strip++) state->update_square += w.squares[strip];
        for (long unit = 0; unit < units; unit++) state->update_square += w.bias_squares[unit];
    }
}
