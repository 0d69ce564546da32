// Distances between two sets of points; a block per row in every kernel.

KERNEL gan4j_add_row(float* out, int64_t out_stride, const float* in, int64_t in_stride,
                     const float* added, int64_t added_stride, int64_t rows, int64_t width) {
    float* o = replica_of(out, out_stride);
    const float* x = replica_of(in, in_stride);
    const float* a = replica_of(added, added_stride);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            o[row * width + i] = x[row * width + i] + a[i];
}

KERNEL gan4j_squared_norms(float* out, int64_t out_stride, const float* in, int64_t in_stride,
                           int64_t rows, int64_t width) {
    float* o = replica_of(out, out_stride);
    const float* x = replica_of(in, in_stride);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        double sum = 0;
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            sum += (double)x[row * width + i] * (double)x[row * width + i];
        sum = reduce_block(sum, Add());
        if (threadIdx.x == 0) o[row] = (float)sum;
    }
}

// Bandwidths whose sums are taken together.
#define SIGMAS 8

// total <- total as seen from a nearest point that is nearer by `change`, plus sum.
__device__ __forceinline__ void add_window(double* total, double sum, float precision,
                                           float change) {
    double kept = *total == 0 ? 0 : *total * exp(-(double)precision * change);
    *total = kept + sum;
}

KERNEL gan4j_parzen_tile(float* nearest, int64_t nearest_stride, double* sums, int64_t sums_stride,
                         const float* products, int64_t products_stride, const float* row_norms,
                         int64_t row_norms_stride, const float* column_norms,
                         int64_t column_norms_stride, const float* precisions, int64_t sigma_count,
                         int64_t rows, int64_t columns) {
    float* m = replica_of(nearest, nearest_stride);
    const float* norms = replica_of(column_norms, column_norms_stride);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* p = replica_of(products, products_stride) + row * columns;
        double* total = replica_of(sums, sums_stride) + row * sigma_count;
        float norm = replica_of(row_norms, row_norms_stride)[row];
        float before = m[row], least = before;
        for (int64_t c = threadIdx.x; c < columns; c += blockDim.x)
            least = Least()(least, squared_distance(p[c], norm, norms[c]));
        least = reduce_block(least, Least());
        for (int64_t first = 0; first < sigma_count; first += SIGMAS) {
            float part[SIGMAS] = {0};
            double sum[SIGMAS];
            for (int64_t c = threadIdx.x; c < columns; c += blockDim.x) {
                float d = squared_distance(p[c], norm, norms[c]);
#pragma unroll
                for (int k = 0; k < SIGMAS; k++)
                    if (first + k < sigma_count)
                        part[k] += exponential((least - d) * precisions[first + k]);
            }
            for (int k = 0; k < SIGMAS; k++) sum[k] = part[k];
            reduce_block(sum, Add());
#pragma unroll
            for (unsigned k = 0; k < SIGMAS; k++)
                if (threadIdx.x == k && first + k < sigma_count)
                    add_window(total + first + k, sum[k], precisions[first + k], before - least);
        }
        if (threadIdx.x == 0) m[row] = least;
    }
}

struct Candidate {
    float distance;
    int column;
};

// The nearer one; of two as near, the first.
struct Nearer {
    __device__ Candidate operator()(Candidate a, Candidate b) const {
        bool second = b.distance < a.distance || (b.distance == a.distance && b.column < a.column);
        return second ? b : a;
    }
};

KERNEL gan4j_nearest_tile(float* nearest, int64_t nearest_stride, int* index, int64_t index_stride,
                          const float* products, int64_t products_stride, const float* row_norms,
                          int64_t row_norms_stride, const float* column_norms,
                          int64_t column_norms_stride, int64_t rows, int64_t columns,
                          int64_t first) {
    float* m = replica_of(nearest, nearest_stride);
    int* found = replica_of(index, index_stride);
    const float* norms = replica_of(column_norms, column_norms_stride);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* p = replica_of(products, products_stride) + row * columns;
        float norm = replica_of(row_norms, row_norms_stride)[row];
        // What was found before counts as column -1: it wins a tie.
        Candidate best = {m[row], -1};
        for (int64_t c = threadIdx.x; c < columns; c += blockDim.x) {
            Candidate here = {squared_distance(p[c], norm, norms[c]), (int)c};
            best = Nearer()(best, here);
        }
        best = reduce_block(best, Nearer());
        if (threadIdx.x == 0 && best.column >= 0) {
            m[row] = best.distance;
            found[row] = (int)first + best.column;
        }
    }
}
