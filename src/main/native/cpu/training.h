// Losses, updates and schedules.

KERNEL(gan_loss, float* d_slope, float* g_slope, const float* logits, long fake_rows,
       long real_rows, int minimax, double weight, State* state) {
    double sums[LOSS_SUMS] = {0};
    for (long i = 0; i < fake_rows + real_rows; i++)
        add_losses(sums, d_slope, g_slope, logits[i], i, fake_rows, real_rows, minimax != 0);
    add_means(state, sums, d_slope != nullptr, g_slope != nullptr, (double)fake_rows,
              (double)real_rows, weight);
}

KERNEL(cross_entropy_slope, float* slope, const float* logits, const float* targets, long rows,
       long classes) {
    parallel(rows, 100 * classes, [=](long first, long last) {
        for (long at = first * classes; at < last * classes; at += classes)
            slope_of_row(slope + at, logits + at, targets + at, classes, (double)rows);
    });
}

KERNEL(log_sum_rows, float* out, const float* logits, long rows, long classes) {
    parallel(rows, 50 * classes, [=](long first, long last) {
        for (long row = first; row < last; row++)
            out[row] = log_sum_of_row(logits + row * classes, classes);
    });
}

KERNEL(spread_rows, float* slope, const float* logits, const float* of_sums, long rows,
       long classes) {
    parallel(rows, 100 * classes, [=](long first, long last) {
        for (long row = first; row < last; row++)
            spread_to_row(slope + row * classes, logits + row * classes, of_sums[row], classes);
    });
}

KERNEL(match_means, float* slope, float* gap, const float* fake, const float* real, long rows,
       long columns) {
    parallel((columns + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
        double sum[COLUMNS];
        for (long c0 = first * COLUMNS; c0 < last * COLUMNS && c0 < columns; c0 += COLUMNS) {
            long count = columns - c0 < COLUMNS ? columns - c0 : COLUMNS;
            for (long j = 0; j < COLUMNS; j++) sum[j] = 0.0;
            for (long row = 0; row < rows; row++)
                for (long j = 0; j < count; j++) {
                    long at = row * columns + c0 + j;
                    sum[j] += (double)fake[at] - (double)real[at];
                }
            for (long j = 0; j < count; j++) gap[c0 + j] = (float)(sum[j] / (double)rows);
            for (long row = 0; row < rows; row++)
                for (long j = 0; j < count; j++)
                    slope[row * columns + c0 + j] = matching_slope(gap[c0 + j], rows);
        }
    });
}

KERNEL(matching_loss, const float* gap, long n, State* state) {
    double sum = 0;
    for (long i = 0; i < n; i++) sum += (double)gap[i] * (double)gap[i];
    state->g_loss += sum;
}

KERNEL(follow, float* average, const float* values, long n, float rate) {
    parallel(n, 1, [=](long first, long last) {
        for (long i = first; i < last; i++) average[i] = followed(average[i], values[i], rate);
    });
}

KERNEL(accumulate, float* velocity, const float* gradient, long n, const State* state) {
    parallel(n, 1, [=](long first, long last) {
        add_to_velocities(velocity + first, gradient + first, last - first, state);
    });
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

// update(begin, end) does a slice and returns its sum of squares, which `state` takes in.
template <class Update>
static inline void update_in_slices(long n, State* state, Update update) {
    const long SLICES = 64;
    double sums[SLICES];
    double* partial = sums;
    parallel(SLICES, n / SLICES + 1, [=](long first, long last) {
        for (long slice = first; slice < last; slice++)
            partial[slice] = update(n * slice / SLICES, n * (slice + 1) / SLICES);
    });
    for (long slice = 0; slice < SLICES; slice++) state->update_square += sums[slice];
}

KERNEL(update, float* weights, const float* velocity, long n, State* state) {
    update_in_slices(n, state, [=](long begin, long end) {
        return update_slice(weights + begin, velocity + begin, end - begin);
    });
}

// The same for Adam's step, which goes into the gradient's place.
static inline double adam_slice(const Adam a, float* weights, float* gradient, float* first,
                                float* second, long n) {
    double lanes[16] = {0};
    long i = 0;
    for (; i + 16 <= n; i += 16)
        for (int j = 0; j < 16; j++) {
            float step = adam_step(a, gradient[i + j], first + i + j, second + i + j);
            gradient[i + j] = step;
            weights[i + j] += step;
            lanes[j] += (double)step * (double)step;
        }
    double sum = 0;
    for (; i < n; i++) {
        float step = adam_step(a, gradient[i], first + i, second + i);
        gradient[i] = step;
        weights[i] += step;
        sum += (double)step * (double)step;
    }
    for (int j = 0; j < 16; j++) sum += lanes[j];
    return sum;
}

KERNEL(adam, float* weights, float* gradient, float* first, float* second, long n,
       long updates, long update, State* state) {
    Adam a = adam_at(state, (uint64_t)updates, (uint64_t)update);
    update_in_slices(n, state, [=](long begin, long end) {
        return adam_slice(a, weights + begin, gradient + begin, first + begin, second + begin,
                          end - begin);
    });
}

KERNEL(cap_columns, float* weights, long rows, long columns, float cap) {
    parallel((columns + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
        float factor[COLUMNS];
        for (long block = first; block < last; block++) {
            long c0 = block * COLUMNS;
            long count = columns - c0 < COLUMNS ? columns - c0 : COLUMNS;
            for (long j = 0; j < COLUMNS; j++) factor[j] = 0.0f;
            for (long row = 0; row < rows; row++)
                for (long j = 0; j < count; j++) {
                    float value = weights[row * columns + c0 + j];
                    factor[j] += value * value;
                }
            for (long j = 0; j < count; j++) factor[j] = cap_factor(factor[j], cap);
            for (long row = 0; row < rows; row++)
                for (long j = 0; j < count; j++) weights[row * columns + c0 + j] *= factor[j];
        }
    });
}

KERNEL(schedule, State* state) { set_schedule(state); }

KERNEL(settle, State* state, State* other) { settle_iteration(state, other); }

KERNEL(advance, State* state, State* other) { advance_states(state, other); }

KERNEL(coordinate, State* generator, State* discriminator, int observe) {
    coordinate_players(generator, discriminator, observe != 0);
}
