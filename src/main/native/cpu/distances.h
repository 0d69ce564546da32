// Distances between two sets of points.

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

KERNEL(add_row, float* out, const float* in, const float* row, long rows, long width) {
    parallel(rows, width, [=](long first, long last) {
        for (long i = first; i < last; i++)
            for (long j = 0; j < width; j++) out[i * width + j] = in[i * width + j] + row[j];
    });
}

KERNEL(squared_norms, float* out, const float* in, long rows, long width) {
    parallel(rows, width, [=](long first, long last) {
        for (long row = first; row < last; row++) out[row] = squared_norm(in + row * width, width);
    });
}

// Sum over a row of e^(-precision (distance - nearest)).
static inline double window_sum(const float* distances, long n, float nearest, float precision) {
    float lanes[16] = {0};
    long i = 0;
    for (; i + 16 <= n; i += 16)
        for (int j = 0; j < 16; j++)
            lanes[j] += window(nearest, distances[i + j], precision);
    double sum = 0;
    for (; i < n; i++) sum += window(nearest, distances[i], precision);
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
    for (long k = 0; k < sigma_count; k++)
        sums[k] = add_window(sums[k], window_sum(distances, columns, least, precisions[k]),
                             precisions[k], *nearest - least);
    *nearest = least;
}

KERNEL(parzen_tile, float* nearest, double* sums, const float* products, const float* row_norms,
       const float* column_norms, const float* precisions, long sigma_count, long rows,
       long columns) {
    parallel(rows, columns * sigma_count, [=](long first, long last) {
        for (long row = first; row < last; row++)
            for (long c = 0; c < columns; c += TILE_COLUMNS)
                parzen_row(nearest + row, sums + row * sigma_count, products + row * columns + c,
                           row_norms[row], column_norms + c, precisions, sigma_count,
                           columns - c < TILE_COLUMNS ? columns - c : TILE_COLUMNS);
    });
}

KERNEL(nearest_tile, float* nearest, int* index, const float* products, const float* row_norms,
       const float* column_norms, long rows, long columns, long first_column) {
    parallel(rows, columns, [=](long first, long last) {
        for (long row = first; row < last; row++) {
            float least = nearest[row];
            for (long c = 0; c < columns; c++) {
                float d = squared_distance(products[row * columns + c], row_norms[row],
                                           column_norms[c]);
                if (d < least) {
                    least = d;
                    index[row] = (int)(first_column + c);
                }
            }
            nearest[row] = least;
        }
    });
}
