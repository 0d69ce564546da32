// Losses, updates and schedules.

// `partial` has room for the sums of every block.
KERNEL(gan_loss, float* d_slope, float* g_slope, const float* logits, int64_t fake_rows,
       int64_t real_rows, int minimax, double weight, State* state, double* partial,
       unsigned* arrived) {
    double sums[LOSS_SUMS] = {0};
    for (int64_t i = first_item(); i < fake_rows + real_rows; i += item_step())
        add_losses(sums, d_slope, g_slope, logits[i], i, fake_rows, real_rows, minimax != 0);
    if (!reduce_blocks(sums, partial, arrived)) return;
    if (threadIdx.x == 0)
        add_means(state, sums, d_slope != nullptr, g_slope != nullptr, (double)fake_rows,
                  (double)real_rows, weight);
}

KERNEL(accumulate, float* velocity, const float* gradient, int64_t n, const State* state) {
    for_fours(n, by_fours(velocity, gradient), [=](int64_t i, auto access) {
        Four four = load_four(access, velocity, i, n), added = load_four(access, gradient, i, n);
#pragma unroll
        for (int j = 0; j < 4; j++) add_to_velocity(four.v + j, added.v[j], state);
        store_four(access, velocity, i, n, four);
    });
}

// Moves N fours of weights, `step` apart: the sum of the squares of what they moved by.
template <int N, class Access>
__device__ __forceinline__ double move_weights(Access access, float* weights,
                                               const float* velocity, int64_t i, int64_t step,
                                               int64_t n) {
    Four moves[N], values[N];
    double square = 0;
#pragma unroll
    for (int k = 0; k < N; k++) {
        moves[k] = load_four(access, velocity, i + k * step, n);
        values[k] = load_four(access, weights, i + k * step, n);
    }
#pragma unroll
    for (int k = 0; k < N; k++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
            values[k].v[j] += moves[k].v[j];
            square += (double)moves[k].v[j] * (double)moves[k].v[j];
        }
        store_four(access, weights, i + k * step, n, values[k]);
    }
    return square;
}

// `partial` has room for a sum of every block.
KERNEL(update, float* weights, const float* velocity, int64_t n, State* state, double* partial,
       unsigned* arrived) {
    bool fours = by_fours(weights, velocity);
    int64_t step = 4 * item_step(), i = 4 * first_item();
    double square[1] = {0};
    for (; fours && i + step + 4 <= n; i += 2 * step)
        square[0] += move_weights<2>(Whole(), weights, velocity, i, step, n);
    for (; i < n; i += step)
        square[0] += fours && i + 4 <= n
                         ? move_weights<1>(Whole(), weights, velocity, i, step, n)
                         : move_weights<1>(Loose(), weights, velocity, i, step, n);
    if (reduce_blocks(square, partial, arrived) && threadIdx.x == 0)
        state->update_square += square[0];
}

// A block has all rows of its columns: the factors need all of their sums.
KERNEL(cap_columns, float* weights, int64_t rows, int64_t columns, float cap) {
    __shared__ float factors[FEW_COLUMNS];
    Columns c = columns_of_block(rows, columns, FEW_COLUMNS, rows);
    float values[BURST], square = 0.0f;
    auto load = [&](unsigned k, int64_t row) { values[k] = weights[row * columns + c.column]; };
    for_rows(c, load, [&](unsigned k, int64_t) { square += values[k] * values[k]; });
    square = (float)sum_lanes(square, c);
    if (c.lane == 0) factors[threadIdx.x] = cap_factor(square, cap);
    __syncthreads();
    float factor = factors[threadIdx.x % c.width];
    for_rows(c, load, [&](unsigned k, int64_t row) {
        weights[row * columns + c.column] = values[k] * factor;
    });
}

// One thread.
KERNEL(schedule, State* state) { set_schedule(state); }

// One thread.
KERNEL(advance, State* state) { advance_state(state); }
