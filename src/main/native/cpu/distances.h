// The loops over distances between two sets of points. Included after loops.h, in the same
// namespaces and under the same rules.

// In lanes, each of them a sum in double precision.
static inline float squared_norm(const float* x, long n) {
    double lanes[16] = {0};
    long i = 0;
    for (; i + 16 <= n; i += 16)
        for (int j = 0; j < 16; j++) lanes[j] += (double)x[i + j] * (double)x[i + j];
    double sum = 0;
    for (; i < n; i++) sum += (double)x[i] * (double)x[i];
    for (int j = 0; j < 16; j++) sum += lanes[j];
    return (float)sum;
}

static void add_row(float* out, long out_stride, const float* in, long in_stride,
                    const float* row, long row_stride, long rows, long width, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        const float* x = in + r * in_stride;
        const float* added = row + r * row_stride;
        parallel(rows, width, [=](long first, long last) {
            for (long i = first; i < last; i++)
                for (long j = 0; j < width; j++) o[i * width + j] = x[i * width + j] + added[j];
        });
    }
}

static void squared_norms(float* out, long out_stride, const float* in, long in_stride, long rows,
                          long width, long replicas) {
    for (long r = 0; r < replicas; r++) {
        float* o = out + r * out_stride;
        const float* x = in + r * in_stride;
        parallel(rows, width, [=](long first, long last) {
            for (long row = first; row < last; row++) o[row] = squared_norm(x + row * width, width);
        });
    }
}

// Sum over a row of e^(-precision (distance - nearest)).
static inline double window_sum(const float* distances, long n, float nearest, float precision) {
    float lanes[16] = {0};
    long i = 0;
    for (; i + 16 <= n; i += 16)
        for (int j = 0; j < 16; j++)
            lanes[j] += exponential((nearest - distances[i + j]) * precision);
    double sum = 0;
    for (; i < n; i++) sum += exponential((nearest - distances[i]) * precision);
    for (int j = 0; j < 16; j++) sum += lanes[j];
    return sum;
}

// Longest tile row; what a thread keeps of one row stays in its first-level cache.
static const long TILE_COLUMNS = 2048;

static inline void parzen_row(float* nearest, double* sums, const float* products, float row_norm,
                              const float* column_norms, const float* precisions,
                              long sigma_count, long columns) {
    float distances[TILE_COLUMNS];
    float lanes[16];
    for (int j = 0; j < 16; j++) lanes[j] = INFINITY;
    for (long i = 0; i < columns; i++)
        distances[i] = squared_distance(products[i], row_norm, column_norms[i]);
    long i = 0;
    for (; i + 16 <= columns; i += 16)
        for (int j = 0; j < 16; j++)
            lanes[j] = distances[i + j] < lanes[j] ? distances[i + j] : lanes[j];
    float least = *nearest;
    for (; i < columns; i++) least = distances[i] < least ? distances[i] : least;
    for (int j = 0; j < 16; j++) least = lanes[j] < least ? lanes[j] : least;
    for (long k = 0; k < sigma_count; k++) {
        double kept = sums[k] == 0 ? 0 : sums[k] * exp(-(double)precisions[k] * (*nearest - least));
        sums[k] = kept + window_sum(distances, columns, least, precisions[k]);
    }
    *nearest = least;
}

static void parzen_tile(float* nearest, long nearest_stride, double* sums, long sums_stride,
                        const float* products, long products_stride, const float* row_norms,
                        long row_norms_stride, const float* column_norms,
                        long column_norms_stride, const float* precisions, long sigma_count,
                        long rows, long columns, long replicas) {
    for (long r = 0; r < replicas; r++)
        parallel(rows, columns * sigma_count, [=](long first, long last) {
            for (long row = first; row < last; row++)
                for (long c = 0; c < columns; c += TILE_COLUMNS)
                    parzen_row(nearest + r * nearest_stride + row,
                               sums + r * sums_stride + row * sigma_count,
                               products + r * products_stride + row * columns + c,
                               row_norms[r * row_norms_stride + row],
                               column_norms + r * column_norms_stride + c, precisions,
                               sigma_count,
                               columns - c < TILE_COLUMNS ? columns - c : TILE_COLUMNS);
        });
}

static void nearest_tile(float* nearest, long nearest_stride, int* index, long index_stride,
                         const float* products, long products_stride, const float* row_norms,
                         long row_norms_stride, const float* column_norms,
                         long column_norms_stride, long rows, long columns, long first_column,
                         long replicas) {
    for (long r = 0; r < replicas; r++)
        parallel(rows, columns, [=](long first, long last) {
            for (long row = first; row < last; row++) {
                float least = nearest[r * nearest_stride + row];
                for (long c = 0; c < columns; c++) {
                    float d = squared_distance(products[r * products_stride + row * columns + c],
                                               row_norms[r * row_norms_stride + row],
                                               column_norms[r * column_norms_stride + c]);
                    if (d < least) {
                        least = d;
                        index[r * index_stride + row] = (int)(first_column + c);
                    }
                }
                nearest[r * nearest_stride + row] = least;
            }
        });
}
