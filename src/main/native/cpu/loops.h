// The CPU's loops over elements. This file is included once per instruction set, each time in a
// namespace of its own, under that set's target pragma: it has no include guard and no includes.
// A result never depends on the number of threads: work is cut at fixed places, or a thread owns
// all that is summed into one place.

#include "../philox.h"
#include "../elements.h"
#include "../state.h"

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

static inline State* state_of(long* state, long stride, long replica) {
    return (State*)(state + replica * stride);
}

// Random words of LANES counters at once, in the order of the elements.
static const int LANES = 16;
static const int BLOCK = 4 * LANES;

static inline void random_block(uint32_t* bits, uint64_t seed, uint64_t step, uint32_t site,
                                uint32_t group) {
    uint32_t x[LANES], y[LANES], z[LANES], w[LANES];
    for (int i = 0; i < LANES; i++) {
        Words words = philox(seed, step, site, group + i);
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
    parallel((n + BLOCK - 1) / BLOCK, BLOCK, [=](long first, long last) {
        alignas(64) uint32_t bits[BLOCK];
        for (long block = first; block < last; block++) {
            random_block(bits, seed, step, (uint32_t)site, (uint32_t)(block * LANES));
            long begin = block * BLOCK;
            body(begin, n - begin < BLOCK ? n - begin : (long)BLOCK, bits);
        }
    });
}

static void uniform(float* out, long out_stride, long n, float scale, long* state,
                    long state_stride, int site, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        random_blocks(n, state_of(state, state_stride, r), site,
                      [=](long begin, long count, const uint32_t* bits) {
                          for (long i = 0; i < count; i++)
                              o[begin + i] = symmetric_uniform(bits[i]) * scale;
                      });
    }
}

static void normal(float* out, long out_stride, const float* in, long in_stride, long n,
                   float scale, long* state, long state_stride, int site, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        const float* x = in == nullptr ? nullptr : in + r * in_stride;
        random_blocks(n, state_of(state, state_stride, r), site,
                      [=](long begin, long count, const uint32_t* bits) {
                          float draws[BLOCK];
                          for (int i = 0; i < BLOCK / 2; i++)
                              normal_pair(bits[2 * i], bits[2 * i + 1], &draws[2 * i],
                                          &draws[2 * i + 1]);
                          for (long i = 0; i < count; i++)
                              o[begin + i] = (x == nullptr ? 0.0f : x[begin + i]) + draws[i] * scale;
                      });
    }
}

static void dropout(float* out, long out_stride, const float* in, long in_stride, long n,
                    unsigned threshold, float scale, long* state, long state_stride, int site,
                    long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        const float* x = in + r * in_stride;
        random_blocks(n, state_of(state, state_stride, r), site,
                      [=](long begin, long count, const uint32_t* bits) {
                          for (long i = 0; i < count; i++) {
                              float scaled = x[begin + i] * scale;
                              o[begin + i] = bits[i] < threshold ? scaled : 0.0f;
                          }
                      });
    }
}

static inline void expand_row(float* out, const unsigned char* pixels, const float* scaling,
                              long row, long width) {
    const unsigned char* in = pixels + row * width;
    float shift = scaling[2 * row], scale = scaling[2 * row + 1];
    for (long i = 0; i < width; i++) out[i] = ((float)in[i] - shift) * scale;
}

static void gather(float* out, long out_stride, const unsigned char* pixels, const float* scaling,
                   long rows, long width, long count, long minibatch, long* state,
                   long state_stride, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        const State* s = state_of(state, state_stride, r);
        parallel(rows, width, [=](long first, long last) {
            for (long row = first; row < last; row++)
                expand_row(o + row * width, pixels, scaling,
                           example_at(s, minibatch, rows, row, (uint32_t)count), width);
        });
    }
}

static void expand(float* out, long out_stride, const unsigned char* pixels, const float* scaling,
                   long first_row, long rows, long width, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        parallel(rows, width, [=](long first, long last) {
            for (long row = first; row < last; row++)
                expand_row(o + row * width, pixels, scaling, first_row + row, width);
        });
    }
}

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
    Floats best = pieces[0];
    Ints arg = {}, whole = pieces[0] == pieces[0];
    for (int p = 1; p < PIECES; p++) {
        Ints larger = pieces[p] > best;
        arg = larger ? arg * 0 + p : arg;
        best = larger ? pieces[p] : best;
        // A NaN anywhere must reach the output: comparisons skip it.
        whole &= pieces[p] == pieces[p];
    }
    best = whole ? best : best * 0.0f + NAN;
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
        for (int u = 0; u < COUNT; u++) {
            arg[u] = piece[u] > best[u] ? p : arg[u];
            best[u] = piece[u] > best[u] ? piece[u] : best[u];
            // A NaN anywhere must reach the output: comparisons skip it.
            poison[u] = piece[u] == piece[u] ? poison[u] : piece[u];
        }
    }
    for (int u = 0; u < COUNT; u++) out[u] = poison[u] == poison[u] ? best[u] : poison[u];
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

static inline void drop_units(float* __restrict out, unsigned char* __restrict winner,
                              const uint32_t* __restrict bits, long count, unsigned threshold,
                              float scale) {
    for (long i = 0; i < count; i++) {
        float scaled = out[i] * scale;
        out[i] = bits[i] < threshold ? scaled : 0.0f;
    }
    for (long i = 0; i < count; i++)
        winner[i] = (unsigned char)(winner[i] | (bits[i] < threshold ? 0 : DROPPED));
}

static void maxout_forward(float* out, long out_stride, unsigned char* winner, long winner_stride,
                           const float* in, long in_stride, long rows, long units, long pieces,
                           unsigned threshold, float scale, long* state, long state_stride,
                           int site, long replicas) {
    long n = rows * units;
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        unsigned char* w = winner + r * winner_stride;
        const float* x = in + r * in_stride;
        if (state == nullptr) {
            parallel(n, pieces, [=](long first, long last) {
                maxout_any(o + first, w + first, x + first * pieces, last - first, pieces);
            });
            continue;
        }
        random_blocks(n, state_of(state, state_stride, r), site,
                      [=](long begin, long count, const uint32_t* bits) {
                          maxout_any(o + begin, w + begin, x + begin * pieces, count, pieces);
                          drop_units(o + begin, w + begin, bits, count, threshold, scale);
                      });
    }
}

// v <- momentum v - learning_rate gradient.
static inline void add_to_velocity(float* velocity, const float* gradient, long n,
                                   const State* s) {
    float momentum = s->momentum, minus_rate = s->minus_learning_rate;
    for (long i = 0; i < n; i++)
        velocity[i] = momentum * velocity[i] + minus_rate * gradient[i];
}

// Columns that one thread sums at a time; of maxout's pieces, which are written too, more.
static const long COLUMNS = 64;
static const long PIECE_COLUMNS = 160;

static void maxout_backward(float* out, long out_stride, float* bias_velocity, long bias_stride,
                            const float* delta, long delta_stride, const unsigned char* winner,
                            long winner_stride, const float* row_scale, long row_scale_stride,
                            long rows, long units, long pieces, float scale, long* state,
                            long state_stride, long replicas) {
    long width = units * pieces;
    long group = pieces < PIECE_COLUMNS ? PIECE_COLUMNS / pieces : 1;
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        float* v = bias_velocity == nullptr ? nullptr : bias_velocity + r * bias_stride;
        const float* d = delta + r * delta_stride;
        const unsigned char* w = winner + r * winner_stride;
        const float* c = row_scale == nullptr ? nullptr : row_scale + r * row_scale_stride;
        const State* s = state_of(state, state_stride, r);
        parallel((units + group - 1) / group, rows * group, [=](long first, long last) {
            float sum[256 + PIECE_COLUMNS];  // at most 254 pieces
            for (long g = first; g < last; g++) {
                long u0 = g * group, count = units - u0 < group ? units - u0 : group;
                for (long j = 0; j < count * pieces; j++) sum[j] = 0.0f;
                for (long row = 0; row < rows; row++) {
                    float* o_row = o + row * width + u0 * pieces;
                    const float* d_row = d + row * units + u0;
                    const unsigned char* w_row = w + row * units + u0;
                    float factor = c == nullptr ? 1.0f : c[row];
                    for (long j = 0; j < count * pieces; j++) o_row[j] = 0.0f;
                    // Half of the units are dropped, at random: a branch would be mispredicted.
                    for (long u = 0; u < count; u++) {
                        bool kept = w_row[u] != DROPPED;
                        long j = u * pieces + (kept ? w_row[u] : 0);
                        float value = kept ? d_row[u] * scale : 0.0f;
                        o_row[j] = value;
                        sum[j] += factor * value;
                    }
                }
                if (v != nullptr) add_to_velocity(v + u0 * pieces, sum, count * pieces, s);
            }
        });
    }
}

template <int ACTIVATION>
static void activation_backward_of(float* delta, long delta_stride, float* bias_velocity,
                                   long bias_stride, const float* y, long y_stride,
                                   const float* row_scale, long row_scale_stride, long rows,
                                   long units, long* state, long state_stride, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* d = delta + r * delta_stride;
        float* v = bias_velocity == nullptr ? nullptr : bias_velocity + r * bias_stride;
        const float* a = y + r * y_stride;
        const float* c = row_scale == nullptr ? nullptr : row_scale + r * row_scale_stride;
        const State* s = state_of(state, state_stride, r);
        parallel((units + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
            float sum[COLUMNS];
            for (long block = first; block < last; block++) {
                long u0 = block * COLUMNS;
                long count = units - u0 < COLUMNS ? units - u0 : COLUMNS;
                for (long j = 0; j < COLUMNS; j++) sum[j] = 0.0f;
                for (long row = 0; row < rows; row++) {
                    float* d_row = d + row * units + u0;
                    const float* a_row = a + row * units + u0;
                    float factor = c == nullptr ? 1.0f : c[row];
                    for (long j = 0; j < count; j++) {
                        float value = d_row[j] * slope(a_row[j], ACTIVATION);
                        d_row[j] = value;
                        sum[j] += factor * value;
                    }
                }
                if (v != nullptr) add_to_velocity(v + u0, sum, count, s);
            }
        });
    }
}

static void activation_backward(float* delta, long delta_stride, float* bias_velocity,
                                long bias_stride, const float* y, long y_stride,
                                const float* row_scale, long row_scale_stride, long rows,
                                long units, int activation, long* state, long state_stride,
                                long replicas) {
    auto run = activation == RELU      ? activation_backward_of<RELU>
               : activation == SIGMOID ? activation_backward_of<SIGMOID>
                                       : activation_backward_of<LINEAR>;
    run(delta, delta_stride, bias_velocity, bias_stride, y, y_stride, row_scale, row_scale_stride,
        rows, units, state, state_stride, replicas);
}

static void scale_rows(float* out, long out_stride, const float* in, long in_stride,
                       const float* row_scale, long row_scale_stride, long rows, long width,
                       long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        const float* x = in + r * in_stride;
        const float* c = row_scale + r * row_scale_stride;
        parallel(rows, width, [=](long first, long last) {
            for (long row = first; row < last; row++)
                for (long i = 0; i < width; i++)
                    o[row * width + i] = c[row] * x[row * width + i];
        });
    }
}

static void gan_loss(float* d_slope, long d_slope_stride, float* g_slope, long g_slope_stride,
                     const float* logits, long logits_stride, long fake_rows, long real_rows,
                     int minimax, double weight, long* state, long state_stride, long replicas) {
    for (long r = 0; r < replicas; r++) {
        State* s = state_of(state, state_stride, r);
        const float* a = logits + r * logits_stride;
        double d_sum[2] = {0, 0}, probability[2] = {0, 0}, g_sum = 0;
        for (long i = 0; i < fake_rows + real_rows; i++) {
            bool real = i >= fake_rows;
            double m = real ? (double)real_rows : (double)fake_rows;
            d_sum[real] += d_loss_of(a[i], real);
            probability[real] += sigmoid(a[i]);
            if (d_slope != nullptr)
                d_slope[r * d_slope_stride + i] = (float)(d_slope_of(a[i], real) / m);
            if (!real) g_sum += g_loss_of(a[i], minimax != 0);
            if (!real && g_slope != nullptr)
                g_slope[r * g_slope_stride + i] =
                    (float)(g_slope_of(a[i], minimax != 0) / m);
        }
        if (d_slope != nullptr) {
            s->d_loss += weight * (d_sum[1] / real_rows + d_sum[0] / fake_rows);
            s->d_real += weight * (probability[1] / real_rows);
            s->d_fake += weight * (probability[0] / fake_rows);
        }
        if (g_slope != nullptr) s->g_loss += g_sum / fake_rows;
    }
}

// Sum of squares of velocity[0..n) while weights += velocity.
static inline double update_slice(float* weights, const float* velocity, long n) {
    const long RUN = 1024;
    double total = 0;
    for (long start = 0; start < n; start += RUN) {
        long end = n - start < RUN ? n : start + RUN;
        float lanes[16] = {0};
        long i = start;
        for (; i + 16 <= end; i += 16)
            for (int j = 0; j < 16; j++) {
                float v = velocity[i + j];
                weights[i + j] += v;
                lanes[j] += v * v;
            }
        float sum = 0;
        for (; i < end; i++) {
            weights[i] += velocity[i];
            sum += velocity[i] * velocity[i];
        }
        for (int j = 0; j < 16; j++) sum += lanes[j];
        total += sum;
    }
    return total;
}

static void update(float* weights, long weights_stride, const float* velocity,
                   long velocity_stride, long n, long* state, long state_stride, long replicas) {
    const long SLICES = 64;
    for (long r = 0; r < replicas; r++) {
        float* w = weights + r * weights_stride;
        const float* v = velocity + r * velocity_stride;
        double sums[SLICES];
        double* partial = sums;
        parallel(SLICES, n / SLICES + 1, [=](long first, long last) {
            for (long slice = first; slice < last; slice++) {
                long begin = n * slice / SLICES, end = n * (slice + 1) / SLICES;
                partial[slice] = update_slice(w + begin, v + begin, end - begin);
            }
        });
        State* s = state_of(state, state_stride, r);
        for (long slice = 0; slice < SLICES; slice++) s->update_square += sums[slice];
    }
}

static void cap_columns(float* weights, long weights_stride, long rows, long columns, float cap,
                        long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* w = weights + r * weights_stride;
        parallel((columns + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
            float factor[COLUMNS];
            for (long block = first; block < last; block++) {
                long c0 = block * COLUMNS;
                long count = columns - c0 < COLUMNS ? columns - c0 : COLUMNS;
                for (long j = 0; j < COLUMNS; j++) factor[j] = 0.0f;
                for (long row = 0; row < rows; row++)
                    for (long j = 0; j < count; j++) {
                        float value = w[row * columns + c0 + j];
                        factor[j] += value * value;
                    }
                for (long j = 0; j < count; j++) {
                    float norm = sqrtf(factor[j]);
                    factor[j] = (norm < cap ? norm : cap) / (1e-7f + norm);
                }
                for (long row = 0; row < rows; row++)
                    for (long j = 0; j < count; j++) w[row * columns + c0 + j] *= factor[j];
            }
        });
    }
}

static void schedule(long* state, long state_stride, long replicas) {
    for (long r = 0; r < replicas; r++) set_schedule(state_of(state, state_stride, r));
}

static void advance(long* state, long state_stride, long replicas) {
    for (long r = 0; r < replicas; r++) advance_state(state_of(state, state_stride, r));
}

static void fill(float* out, long out_stride, long n, float value, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        parallel(n, 1, [=](long first, long last) {
            for (long i = first; i < last; i++) o[i] = value;
        });
    }
}
