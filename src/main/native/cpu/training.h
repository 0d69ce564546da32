// Losses, updates and schedules.

KERNEL(gan_loss, float* d_slope, float* g_slope, const float* logits, long fake_rows,
       long real_rows, int minimax, double weight, State* state) {
    double sums[LOSS_SUMS] = {0};
    for (long i = 0; i < fake_rows + real_rows; i++)
        add_losses(sums, d_slope, g_slope, logits[i], i, fake_rows, real_rows, minimax != 0);
    add_means(state, sums, d_slope != nullptr, g_slope != nullptr, (double)fake_rows,
              (double)real_rows, weight);
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

KERNEL(update, float* weights, const float* velocity, long n, State* state) {
    const long SLICES = 64;
    double sums[SLICES];
    double* partial = sums;
    parallel(SLICES, n / SLICES + 1, [=](long first, long last) {
        for (long slice = first; slice < last; slice++) {
            long begin = n * slice / SLICES, end = n * (slice + 1) / SLICES;
            partial[slice] = update_slice(weights + begin, velocity + begin, end - begin);
        }
    });
    for (long slice = 0; slice < SLICES; slice++) state->update_square += sums[slice];
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

KERNEL(update_norm, State* state) { add_update_norm(state); }

KERNEL(advance, State* state) { advance_state(state); }
