// Losses, updates and schedules.

// One block.
KERNEL gan4j_gan_loss(float* d_slope, int64_t d_slope_stride, float* g_slope,
                      int64_t g_slope_stride, const float* logits, int64_t logits_stride,
                      int64_t fake_rows, int64_t real_rows, int minimax, double weight,
                      int64_t* state, int64_t state_stride) {
    float* d = replica_of(d_slope, d_slope_stride);
    float* g = replica_of(g_slope, g_slope_stride);
    const float* a = replica_of(logits, logits_stride);
    // D's losses on generated and real examples, the sums of D(.) likewise, G's losses.
    double sums[5] = {0, 0, 0, 0, 0};
    for (int64_t i = threadIdx.x; i < fake_rows + real_rows; i += blockDim.x) {
        bool real = i >= fake_rows;
        double m = real ? (double)real_rows : (double)fake_rows;
        sums[real] += d_loss_of(a[i], real);
        sums[2 + real] += sigmoid(a[i]);
        if (d != nullptr) d[i] = (float)(d_slope_of(a[i], real) / m);
        if (!real) sums[4] += g_loss_of(a[i], minimax != 0);
        if (!real && g != nullptr) g[i] = (float)(g_slope_of(a[i], minimax != 0) / m);
    }
    reduce_block(sums, Add());
    if (threadIdx.x != 0) return;
    State* s = state_of(state, state_stride);
    if (d != nullptr) {
        s->d_loss += weight * (sums[1] / real_rows + sums[0] / fake_rows);
        s->d_real += weight * (sums[3] / real_rows);
        s->d_fake += weight * (sums[2] / fake_rows);
    }
    if (g != nullptr) s->g_loss += sums[4] / fake_rows;
}

// Every block leaves its sum of squares in `partial`, [replicas][gridDim.x]; the block that comes
// last, which `arrived` tells, adds them up in their order. `arrived` is 0 before and after.
KERNEL gan4j_update(float* weights, int64_t weights_stride, const float* velocity,
                    int64_t velocity_stride, int64_t n, int64_t* state, int64_t state_stride,
                    double* partial, unsigned* arrived) {
    float* w = replica_of(weights, weights_stride);
    const float* v = replica_of(velocity, velocity_stride);
    double square = 0;
    for (int64_t i = first_item(); i < n; i += item_step()) {
        float step = v[i];
        w[i] += step;
        square += (double)step * (double)step;
    }
    square = reduce_block(square, Add());
    __shared__ bool last;
    volatile double* sums = replica_of(partial, (int64_t)gridDim.x);
    if (threadIdx.x == 0) {
        sums[blockIdx.x] = square;
        __threadfence();
        last = atomicAdd(&arrived[blockIdx.y], 1u) == gridDim.x - 1;
    }
    __syncthreads();
    if (!last) return;
    __threadfence();
    double sum = 0;
    for (int64_t i = threadIdx.x; i < gridDim.x; i += blockDim.x) sum += sums[i];
    sum = reduce_block(sum, Add());
    if (threadIdx.x == 0) {
        state_of(state, state_stride)->update_square += sum;
        arrived[blockIdx.y] = 0;
    }
}

// A block over columns.
KERNEL gan4j_cap_columns(float* weights, int64_t weights_stride, int64_t rows, int64_t columns,
                         float cap) {
    __shared__ float factors[COLUMNS];
    float* w = replica_of(weights, weights_stride);
    int64_t column = (int64_t)blockIdx.x * COLUMNS + threadIdx.x;
    float square = 0.0f;
    if (column < columns)
        for (int64_t row = threadIdx.y; row < rows; row += LANES) {
            float value = w[row * columns + column];
            square += value * value;
        }
    square = sum_lanes(square);
    if (threadIdx.y == 0) {
        float norm = sqrtf(square);
        factors[threadIdx.x] = (norm < cap ? norm : cap) / (1e-7f + norm);
    }
    __syncthreads();
    if (column < columns)
        for (int64_t row = threadIdx.y; row < rows; row += LANES)
            w[row * columns + column] *= factors[threadIdx.x];
}

// One thread.
KERNEL gan4j_schedule(int64_t* state, int64_t state_stride) {
    set_schedule(state_of(state, state_stride));
}

// One thread.
KERNEL gan4j_advance(int64_t* state, int64_t state_stride) {
    advance_state(state_of(state, state_stride));
}

KERNEL gan4j_fill(float* out, int64_t out_stride, int64_t n, float value) {
    float* o = replica_of(out, out_stride);
    for (int64_t i = first_item(); i < n; i += item_step()) o[i] = value;
}
