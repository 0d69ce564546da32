// Distances between two sets of points; a block per row in every kernel.

KERNEL(add_row, float* out, const float* in, const float* added, int64_t rows, int64_t width) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x)
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            out[row * width + i] = in[row * width + i] + added[i];
}

KERNEL(squared_norms, float* out, const float* in, int64_t rows, int64_t width) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        double sum = 0;
        for (int64_t i = threadIdx.x; i < width; i += blockDim.x)
            sum += (double)in[row * width + i] * (double)in[row * width + i];
        sum = reduce_block(sum, Add());
        if (threadIdx.x == 0) out[row] = (float)sum;
    }
}

// Bandwidths whose sums are taken together.
#define SIGMAS 8

KERNEL(parzen_tile, float* nearest, double* sums, const float* products, const float* row_norms,
       const float* column_norms, const float* precisions, int64_t sigma_count, int64_t rows,
       int64_t columns) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* p = products + row * columns;
        double* total = sums + row * sigma_count;
        float norm = row_norms[row];
        float before = nearest[row], least = before;
        for (int64_t c = threadIdx.x; c < columns; c += blockDim.x)
            least = Least()(least, squared_distance(p[c], norm, column_norms[c]));
        least = reduce_block(least, Least());
        for (int64_t first = 0; first < sigma_count; first += SIGMAS) {
            float part[SIGMAS] = {0};
            double sum[SIGMAS];
            for (int64_t c = threadIdx.x; c < columns; c += blockDim.x) {
                float d = squared_distance(p[c], norm, column_norms[c]);
#pragma unroll
                for (int k = 0; k < SIGMAS; k++)
                    if (first + k < sigma_count)
                        part[k] += window(least, d, precisions[first + k]);
            }
            for (int k = 0; k < SIGMAS; k++) sum[k] = part[k];
            reduce_block(sum, Add());
#pragma unroll
            for (unsigned k = 0; k < SIGMAS; k++)
                if (threadIdx.x == k && first + k < sigma_count)
                    total[first + k] = add_window(total[first + k], sum[k], precisions[first + k],
                                                  before - least);
        }
        if (threadIdx.x == 0) nearest[row] = least;
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

KERNEL(nearest_tile, float* nearest, int* index, const float* products, const float* row_norms,
       const float* column_norms, int64_t rows, int64_t columns, int64_t first) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* p = products + row * columns;
        // What was found before counts as column -1: it wins a tie.
        Candidate best = {nearest[row], -1};
        for (int64_t c = threadIdx.x; c < columns; c += blockDim.x) {
            Candidate here = {squared_distance(p[c], row_norms[row], column_norms[c]), (int)c};
            best = Nearer()(best, here);
        }
        best = reduce_block(best, Nearer());
        if (threadIdx.x == 0 && best.column >= 0) {
            nearest[row] = best.distance;
            index[row] = (int)first + best.column;
        }
    }
}
