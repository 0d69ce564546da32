// Batch normalisation and weight normalisation: a block has all rows of its columns.

KERNEL(batch_norm_forward, float* out, float* mean, float* inverse, float* running_mean,
       float* running_variance, const float* in, const float* scale, const float* shift,
       int64_t rows, int64_t columns, float rate, float epsilon, int activation,
       int training) {
    __shared__ float means[FEW_COLUMNS], inverses[FEW_COLUMNS];
    Columns c = whole_columns(rows, columns, LOG_FEW_COLUMNS);
    unsigned of_block = threadIdx.x & (c.width - 1);
    bool first = c.lane == 0 && c.column < c.columns;
    float values[BURST];
    double sum = 0, squares = 0;
    auto load = [&](unsigned k, uint32_t row) {
        values[k] = in[position(row, c.columns, c.column)];
    };
    if (training) {
        for_rows(c, load, [&](unsigned k, uint32_t) { sum += (double)values[k]; });
        sum = sum_lanes(sum, c);
        if (first) means[of_block] = (float)(sum / (double)rows);
        __syncthreads();
        for_rows(c, load, [&](unsigned k, uint32_t) {
            double d = (double)values[k] - (double)means[of_block];
            squares += d * d;
        });
        squares = sum_lanes(squares, c);
        if (first) {
            inverses[of_block] = inverse_deviation((float)(squares / (double)rows), epsilon);
            run_along(running_mean + c.column, running_variance + c.column, means[of_block],
                      squares, rows, rate);
        }
    } else if (first) {
        means[of_block] = running_mean[c.column];
        inverses[of_block] = inverse_deviation(running_variance[c.column], epsilon);
    }
    __syncthreads();
    if (c.column >= c.columns) return;
    float m = means[of_block], inv = inverses[of_block];
    float own_scale = scale[c.column], own_shift = shift[c.column];
    if (first) {
        mean[c.column] = m;
        inverse[c.column] = inv;
    }
    for_rows(c, load, [&](unsigned k, uint32_t row) {
        out[position(row, c.columns, c.column)] =
            activated(normalised(values[k], m, inv) * own_scale + own_shift, activation);
    });
}

KERNEL(batch_norm_backward, float* in_delta, float* scale_velocity, float* shift_velocity,
       const float* delta, const float* in, const float* mean, const float* inverse,
       const float* scale, int64_t rows, int64_t in_rows, int64_t columns, int training,
       const State* state) {
    __shared__ float of_delta[FEW_COLUMNS], of_product[FEW_COLUMNS];
    Columns c = whole_columns(rows, columns, LOG_FEW_COLUMNS);
    unsigned of_block = threadIdx.x & (c.width - 1);
    bool there = c.column < c.columns;
    float m = there ? mean[c.column] : 0.0f, inv = there ? inverse[c.column] : 0.0f;
    float deltas[BURST], values[BURST];
    double sum = 0, product = 0;
    auto load = [&](unsigned k, uint32_t row) {
        deltas[k] = delta[position(row, c.columns, c.column)];
        values[k] = normalised(in[position(row, c.columns, c.column)], m, inv);
    };
    for_rows(c, load, [&](unsigned k, uint32_t) {
        sum += (double)deltas[k];
        product += (double)deltas[k] * (double)values[k];
    });
    sum = sum_lanes(sum, c);
    product = sum_lanes(product, c);
    if (c.lane == 0 && there) {
        of_delta[of_block] = training ? (float)(sum / (double)rows) : 0.0f;
        of_product[of_block] = training ? (float)(product / (double)rows) : 0.0f;
        if (shift_velocity != nullptr) add_to_velocity(shift_velocity + c.column, (float)sum, state);
        if (scale_velocity != nullptr)
            add_to_velocity(scale_velocity + c.column, (float)product, state);
    }
    __syncthreads();
    if (!there || in_rows == 0) return;
    float mean_delta = of_delta[of_block], mean_product = of_product[of_block];
    float factor = scale[c.column] * inv;
    Columns wanted = c;
    wanted.end = (uint32_t)in_rows;
    for_rows(wanted, load, [&](unsigned k, uint32_t row) {
        in_delta[position(row, c.columns, c.column)] =
            through_normalisation(deltas[k], values[k], mean_delta, mean_product, factor);
    });
}

KERNEL(weight_norm, float* out, const float* weights, const float* scale, int64_t rows,
       int64_t columns) {
    __shared__ float factors[FEW_COLUMNS];
    Columns c = whole_columns(rows, columns, LOG_FEW_COLUMNS);
    unsigned of_block = threadIdx.x & (c.width - 1);
    float values[BURST];
    double square = 0;
    auto load = [&](unsigned k, uint32_t row) {
        values[k] = weights[position(row, c.columns, c.column)];
    };
    for_rows(c, load, [&](unsigned k, uint32_t) {
        square += (double)values[k] * (double)values[k];
    });
    square = sum_lanes(square, c);
    if (c.lane == 0 && c.column < c.columns)
        factors[of_block] = scale[c.column] * inverse_norm(square);
    __syncthreads();
    float factor = factors[of_block];
    for_rows(c, load, [&](unsigned k, uint32_t row) {
        out[position(row, c.columns, c.column)] = factor * values[k];
    });
}

// Without a scale_velocity: only the directions.
KERNEL(weight_norm_velocity, float* velocity, float* scale_velocity, const float* step,
       const float* weights, const float* scale, int64_t rows, int64_t columns,
       const State* state) {
    __shared__ float inverses[FEW_COLUMNS], of_scales[FEW_COLUMNS];
    Columns c = whole_columns(rows, columns, LOG_FEW_COLUMNS);
    unsigned of_block = threadIdx.x & (c.width - 1);
    bool there = c.column < c.columns;
    float momentum = state->momentum, values[BURST], steps[BURST];
    double square = 0, product = 0;
    auto load = [&](unsigned k, uint32_t row) {
        values[k] = weights[position(row, c.columns, c.column)];
        steps[k] = step[position(row, c.columns, c.column)];
    };
    for_rows(c, load, [&](unsigned k, uint32_t) {
        square += (double)values[k] * (double)values[k];
        product += (double)steps[k] * (double)values[k];
    });
    square = sum_lanes(square, c);
    product = sum_lanes(product, c);
    if (c.lane == 0 && there) {
        float inverse = inverse_norm(square), of_scale = (float)product * inverse;
        inverses[of_block] = inverse;
        of_scales[of_block] = of_scale;
        if (scale_velocity != nullptr)
            scale_velocity[c.column] =
                with_gradient(scale_velocity[c.column], of_scale, momentum, 1.0f);
    }
    __syncthreads();
    if (!there) return;
    float inverse = inverses[of_block], of_scale = of_scales[of_block];
    float own_scale = scale[c.column];
    for_rows(c, load, [&](unsigned k, uint32_t row) {
        int64_t at = position(row, c.columns, c.column);
        float moved = along_sphere(steps[k], values[k], of_scale, inverse, own_scale);
        velocity[at] = with_gradient(velocity[at], moved, momentum, 1.0f);
    });
}
