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

KERNEL(cross_entropy_slope, float* slope, const float* logits, const float* targets, int64_t rows,
       int64_t classes) {
    for (int64_t row = first_item(); row < rows; row += item_step())
        slope_of_row(slope + row * classes, logits + row * classes, targets + row * classes,
                     classes, (double)rows);
}

KERNEL(log_sum_rows, float* out, const float* logits, int64_t rows, int64_t classes) {
    for (int64_t row = first_item(); row < rows; row += item_step())
        out[row] = log_sum_of_row(logits + row * classes, classes);
}

KERNEL(spread_rows, float* slope, const float* logits, const float* of_sums, int64_t rows,
       int64_t classes) {
    for (int64_t row = first_item(); row < rows; row += item_step())
        spread_to_row(slope + row * classes, logits + row * classes, of_sums[row], classes);
}

// A block has all rows of its columns.
KERNEL(match_means, float* slope, float* gap, const float* fake, const float* real, int64_t rows,
       int64_t columns) {
    __shared__ float gaps[FEW_COLUMNS];
    Columns c = whole_columns(rows, columns, LOG_FEW_COLUMNS);
    float fakes[BURST], reals[BURST];
    double sum = 0;
    auto load = [&](unsigned k, uint32_t row) {
        fakes[k] = fake[position(row, c.columns, c.column)];
        reals[k] = real[position(row, c.columns, c.column)];
    };
    for_rows(c, load,
             [&](unsigned k, uint32_t) { sum += (double)fakes[k] - (double)reals[k]; });
    sum = sum_lanes(sum, c);
    if (c.lane == 0 && c.column < c.columns) {
        gaps[threadIdx.x] = (float)(sum / (double)rows);
        gap[c.column] = gaps[threadIdx.x];
    }
    __syncthreads();
    float own = matching_slope(gaps[threadIdx.x & (c.width - 1)], rows);
    for_rows(c, [](unsigned, uint32_t) {},
             [&](unsigned, uint32_t row) { slope[position(row, c.columns, c.column)] = own; });
}

// `partial` has room for a sum of every block.
KERNEL(matching_loss, const float* gap, int64_t n, State* state, double* partial,
       unsigned* arrived) {
    double sum[1] = {0};
    for (int64_t i = first_item(); i < n; i += item_step())
        sum[0] += (double)gap[i] * (double)gap[i];
    if (reduce_blocks(sum, partial, arrived) && threadIdx.x == 0) state->g_loss += sum[0];
}

KERNEL(follow, float* average, const float* values, int64_t n, float rate) {
    for (int64_t i = first_item(); i < n; i += item_step())
        average[i] = followed(average[i], values[i], rate);
}

KERNEL(accumulate, float* velocity, const float* gradient, int64_t n, const State* state) {
    for_fours(n, by_fours(velocity, gradient), [=](int64_t i, auto access) {
        Four four = load_four(access, velocity, i, n), added = load_four(access, gradient, i, n);
#pragma unroll
        for (int j = 0; j < 4; j++) add_to_velocity(four.v + j, added.v[j], state);
        store_four(access, velocity, i, n, four);
    });
}

// out <- gradient_factor * values, and a velocity that has less momentum than the largest of all
// replicas is made smaller by their ratio, so that one pair of factors, 1 and that momentum, lets a
// batch of products into the velocities of all replicas. `states` are those of all, `stride` bytes
// from one to the next.
KERNEL(take_factors, float* velocity, int64_t weights, const float* values, int64_t n,
       const State* state, const State* states, int64_t replicas, int64_t stride, float* factors,
       float* out) {
    float momentum = state->momentum, common = momentum;
    for (int64_t r = 0; r < replicas; r++) {
        float other = ((const State*)((const char*)states + r * stride))->momentum;
        common = other > common ? other : common;
    }
    if (state == states && first_item() == 0) {
        factors[0] = 1.0f;
        factors[1] = common;
    }
    float factor = state->gradient_factor;
    for_fours(n, by_fours(out, values), [=](int64_t i, auto access) {
        Four four = load_four(access, values, i, n);
#pragma unroll
        for (int j = 0; j < 4; j++) four.v[j] = factor == 0.0f ? 0.0f : factor * four.v[j];
        store_four(access, out, i, n, four);
    });
    if (momentum == common) return;
    float share = momentum / common;
    for (int64_t i = first_item(); i < weights; i += item_step())
        velocity[i] = momentum == 0.0f ? 0.0f : share * velocity[i];
}

// Fours that a thread of an update reads before it writes any.
#define UPDATE_BURST 4

__device__ __forceinline__ void move_weights(Four& values, const Four& moves, double& square) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
        values.v[j] += moves.v[j];
        square += (double)moves.v[j] * (double)moves.v[j];
    }
}

// `partial` has room for a sum of every block.
KERNEL(update, float* weights, const float* velocity, int64_t n, State* state, double* partial,
       unsigned* arrived) {
    int64_t whole = by_fours(weights, velocity) ? n / 4 * 4 : 0;
    int64_t step = 4 * item_step(), i = 4 * first_item();
    double square[1] = {0};
    for (; i < whole; i += UPDATE_BURST * step) {
        Four moves[UPDATE_BURST], values[UPDATE_BURST];
#pragma unroll
        for (int k = 0; k < UPDATE_BURST; k++) {
            int64_t from = i + k * step < whole ? i + k * step : i;
            moves[k] = load_four(Whole(), velocity, from, n);
            values[k] = load_four(Whole(), weights, from, n);
        }
#pragma unroll
        for (int k = 0; k < UPDATE_BURST; k++)
            if (i + k * step < whole) {
                move_weights(values[k], moves[k], square[0]);
                store_four(Whole(), weights, i + k * step, n, values[k]);
            }
    }
    // What is left, by the same threads: sums don't depend on the alignment.
    while (i >= whole + step) i -= step;
    for (; i < n; i += step) {
        Four moves = load_four(Loose(), velocity, i, n), values = load_four(Loose(), weights, i, n);
        move_weights(values, moves, square[0]);
        store_four(Loose(), weights, i, n, values);
    }
    if (reduce_blocks(square, partial, arrived) && threadIdx.x == 0)
        state->update_square += square[0];
}

// `partial` has room for a sum of every block.
KERNEL(adam, float* weights, float* gradient, float* first, float* second, int64_t n,
       int64_t updates, int64_t update, State* state, double* partial, unsigned* arrived) {
    Adam a = adam_at(state, (uint64_t)updates, (uint64_t)update);
    double square[1] = {0};
    for_fours(n, by_fours(weights, gradient) && by_fours(first, second), [&](int64_t i, auto access) {
        Four g = load_four(access, gradient, i, n), values = load_four(access, weights, i, n);
        Four m = load_four(access, first, i, n), v = load_four(access, second, i, n), moves;
#pragma unroll
        for (int j = 0; j < 4; j++) moves.v[j] = adam_step(a, g.v[j], m.v + j, v.v + j);
        move_weights(values, moves, square[0]);
        store_four(access, first, i, n, m);
        store_four(access, second, i, n, v);
        store_four(access, gradient, i, n, moves);
        store_four(access, weights, i, n, values);
    });
    if (reduce_blocks(square, partial, arrived) && threadIdx.x == 0)
        state->update_square += square[0];
}

// A block has all rows of its columns: the factors need all of their sums.
KERNEL(cap_columns, float* weights, int64_t rows, int64_t columns, float cap) {
    __shared__ float factors[FEW_COLUMNS];
    Columns c = whole_columns(rows, columns, LOG_FEW_COLUMNS);
    float values[BURST], square = 0.0f;
    auto load = [&](unsigned k, uint32_t row) {
        values[k] = weights[position(row, c.columns, c.column)];
    };
    for_rows(c, load, [&](unsigned k, uint32_t) { square += values[k] * values[k]; });
    square = (float)sum_lanes(square, c);
    if (c.lane == 0) factors[threadIdx.x] = cap_factor(square, cap);
    __syncthreads();
    float factor = factors[threadIdx.x & (c.width - 1)];
    for_rows(c, load, [&](unsigned k, uint32_t row) {
        weights[position(row, c.columns, c.column)] = values[k] * factor;
    });
}

// One thread.
KERNEL(schedule, State* state) { set_schedule(state); }

// One thread.
KERNEL(settle, State* state, State* other) { settle_iteration(state, other); }

// One thread.
KERNEL(advance, State* state, State* other) { advance_states(state, other); }

// One thread.
KERNEL(coordinate, State* generator, State* discriminator, int observe) {
    coordinate_players(generator, discriminator, observe != 0);
}
