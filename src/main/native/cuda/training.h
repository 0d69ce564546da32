// Losses, updates and schedules.

// One block.
KERNEL(gan_loss, float* d_slope, float* g_slope, const float* logits, int64_t fake_rows,
       int64_t real_rows, int minimax, double weight, State* state) {
    double sums[LOSS_SUMS] = {0};
    for (int64_t i = threadIdx.x; i < fake_rows + real_rows; i += blockDim.x)
        add_losses(sums, d_slope, g_slope, logits[i], i, fake_rows, real_rows, minimax != 0);
    reduce_block(sums, Add());
    if (threadIdx.x == 0)
        add_means(state, sums, d_slope != nullptr, g_slope != nullptr, (double)fake_rows,
                  (double)real_rows, weight);
}

KERNEL(accumulate, float* velocity, const float* gradient, int64_t n, const State* state) {
    for (int64_t i = first_item(); i < n; i += item_step())
        add_to_velocity(velocity + i, gradient[i], state);
}

// `partial` has room for a sum of every block.
KERNEL(update, float* weights, const float* velocity, int64_t n, State* state, double* partial,
       unsigned* arrived) {
    double square = 0;
    for (int64_t i = first_item(); i < n; i += item_step()) {
        float step = velocity[i];
        weights[i] += step;
        square += (double)step * (double)step;
    }
    square = reduce_block(square, Add());
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = square;
        __threadfence();
    }
    if (!arrives_last(arrived, gridDim.x)) return;
    volatile const double* squares = partial;
    double sum = 0;
    for (int64_t i = threadIdx.x; i < gridDim.x; i += blockDim.x) sum += squares[i];
    sum = reduce_block(sum, Add());
    if (threadIdx.x == 0) state->update_square += sum;
}

// A block has all rows of its columns: the factors need all of their sums.
KERNEL(cap_columns, float* weights, int64_t rows, int64_t columns, float cap) {
    __shared__ float factors[FEW_COLUMNS];
    Columns c = columns_of_block(rows, columns, FEW_COLUMNS, rows);
    float values[BURST], square = 0.0f;
    auto load = [&](unsigned k, int64_t row) { values[k] = weights[row * columns + c.column]; };
    for_rows(c, load, [&](unsigned k, int64_t) { square += values[k] * values[k]; });
    square = sum_lanes(square, c);
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
KERNEL(update_norm, State* state) { add_update_norm(state); }

// One thread.
KERNEL(advance, State* state) { advance_state(state); }
