// Batch normalisation and weight normalisation, COLUMNS at a time.

KERNEL(batch_norm_forward, float* out, float* mean, float* inverse, float* running_mean,
       float* running_variance, const float* in, const float* scale, const float* shift, long rows,
       long columns, float rate, float epsilon, int activation, int training) {
    parallel((columns + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
        double sum[COLUMNS];
        for (long c0 = first * COLUMNS; c0 < last * COLUMNS && c0 < columns; c0 += COLUMNS) {
            long count = columns - c0 < COLUMNS ? columns - c0 : COLUMNS;
            float* m = mean + c0;
            float* inv = inverse + c0;
            if (training) {
                for (long j = 0; j < COLUMNS; j++) sum[j] = 0.0;
                for (long row = 0; row < rows; row++)
                    for (long j = 0; j < count; j++) sum[j] += (double)in[row * columns + c0 + j];
                for (long j = 0; j < count; j++) {
                    m[j] = (float)(sum[j] / (double)rows);
                    sum[j] = 0.0;
                }
                for (long row = 0; row < rows; row++)
                    for (long j = 0; j < count; j++) {
                        double d = (double)in[row * columns + c0 + j] - (double)m[j];
                        sum[j] += d * d;
                    }
                for (long j = 0; j < count; j++) {
                    inv[j] = inverse_deviation((float)(sum[j] / (double)rows), epsilon);
                    run_along(running_mean + c0 + j, running_variance + c0 + j, m[j], sum[j], rows,
                              rate);
                }
            } else {
                for (long j = 0; j < count; j++) {
                    m[j] = running_mean[c0 + j];
                    inv[j] = inverse_deviation(running_variance[c0 + j], epsilon);
                }
            }
            for (long row = 0; row < rows; row++)
                for (long j = 0; j < count; j++)
                    out[row * columns + c0 + j] =
                        activated(normalised(in[row * columns + c0 + j], m[j], inv[j]) *
                                          scale[c0 + j] +
                                      shift[c0 + j],
                                  activation);
        }
    });
}

KERNEL(batch_norm_backward, float* in_delta, float* scale_velocity, float* shift_velocity,
       const float* delta, const float* in, const float* mean, const float* inverse,
       const float* scale, long rows, long in_rows, long columns, int training,
       const State* state) {
    parallel((columns + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
        double sum[COLUMNS], product[COLUMNS];
        float of_delta[COLUMNS], of_product[COLUMNS];
        for (long c0 = first * COLUMNS; c0 < last * COLUMNS && c0 < columns; c0 += COLUMNS) {
            long count = columns - c0 < COLUMNS ? columns - c0 : COLUMNS;
            for (long j = 0; j < COLUMNS; j++) sum[j] = product[j] = 0.0;
            for (long row = 0; row < rows; row++)
                for (long j = 0; j < count; j++) {
                    long at = row * columns + c0 + j;
                    float value = normalised(in[at], mean[c0 + j], inverse[c0 + j]);
                    sum[j] += (double)delta[at];
                    product[j] += (double)delta[at] * (double)value;
                }
            for (long j = 0; j < count; j++) {
                of_delta[j] = (float)sum[j];
                of_product[j] = (float)product[j];
            }
            if (shift_velocity != nullptr)
                add_to_velocities(shift_velocity + c0, of_delta, count, state);
            if (scale_velocity != nullptr)
                add_to_velocities(scale_velocity + c0, of_product, count, state);
            for (long j = 0; j < count; j++) {
                of_delta[j] = training ? (float)(sum[j] / (double)rows) : 0.0f;
                of_product[j] = training ? (float)(product[j] / (double)rows) : 0.0f;
            }
            for (long row = 0; row < in_rows; row++)
                for (long j = 0; j < count; j++) {
                    long at = row * columns + c0 + j;
                    float value = normalised(in[at], mean[c0 + j], inverse[c0 + j]);
                    in_delta[at] =
                        through_normalisation(delta[at], value, of_delta[j], of_product[j],
                                              scale[c0 + j] * inverse[c0 + j]);
                }
        }
    });
}

// Columns of weights that one thread goes over at a time. A row of weights is long: what is read of
// it at once must be too, or the processor cannot tell what comes next.
static const long WIDE_COLUMNS = 1024;

// Calls body(first, count) so that all columns are covered once.
template <class Body>
static inline void for_wide_columns(long rows, long columns, Body body) {
    parallel((columns + COLUMNS - 1) / COLUMNS, rows * COLUMNS, [=](long first, long last) {
        long end = last * COLUMNS < columns ? last * COLUMNS : columns;
        for (long c0 = first * COLUMNS; c0 < end; c0 += WIDE_COLUMNS)
            body(c0, end - c0 < WIDE_COLUMNS ? end - c0 : WIDE_COLUMNS);
    });
}

KERNEL(weight_norm, float* out, const float* weights, const float* scale, long rows,
       long columns) {
    for_wide_columns(rows, columns, [=](long c0, long count) {
        double square[WIDE_COLUMNS];
        float factor[WIDE_COLUMNS];
        for (long j = 0; j < count; j++) square[j] = 0.0;
        for (long at = c0; at < rows * columns; at += columns)
            for (long j = 0; j < count; j++)
                square[j] += (double)weights[at + j] * (double)weights[at + j];
        for (long j = 0; j < count; j++) factor[j] = scale[c0 + j] * inverse_norm(square[j]);
        for (long at = c0; at < rows * columns; at += columns)
            for (long j = 0; j < count; j++) out[at + j] = factor[j] * weights[at + j];
    });
}

// Without a scale_velocity: only the directions.
KERNEL(weight_norm_velocity, float* velocity, float* scale_velocity, const float* step,
       const float* weights, const float* scale, long rows, long columns, const State* state) {
    float momentum = state->momentum;
    for_wide_columns(rows, columns, [=](long c0, long count) {
        double square[WIDE_COLUMNS], product[WIDE_COLUMNS];
        float inverse[WIDE_COLUMNS], of_scale[WIDE_COLUMNS];
        for (long j = 0; j < count; j++) square[j] = product[j] = 0.0;
        for (long at = c0; at < rows * columns; at += columns)
            for (long j = 0; j < count; j++) {
                double weight = (double)weights[at + j];
                square[j] += weight * weight;
                product[j] += (double)step[at + j] * weight;
            }
        for (long j = 0; j < count; j++) {
            inverse[j] = inverse_norm(square[j]);
            of_scale[j] = (float)product[j] * inverse[j];
        }
        for (long j = 0; j < count && scale_velocity != nullptr; j++)
            scale_velocity[c0 + j] =
                with_gradient(scale_velocity[c0 + j], of_scale[j], momentum, 1.0f);
        for (long at = c0; at < rows * columns; at += columns)
            for (long j = 0; j < count; j++) {
                float moved = along_sphere(step[at + j], weights[at + j], of_scale[j], inverse[j],
                                           scale[c0 + j]);
                velocity[at + j] = with_gradient(velocity[at + j], moved, momentum, 1.0f);
            }
    });
}
