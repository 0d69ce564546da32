// Distances between two sets of points; a block per row in every kernel but the first.

KERNEL(add_row, float* out, const float* in, const float* added, int64_t rows, int64_t width) {
    int64_t n = rows * width;
    for_fours(n, by_fours(out, in), [=](int64_t i, auto access) {
        Four four = load_four(access, in, i, n);
        int64_t column = (uint64_t)i % (uint64_t)width;
#pragma unroll
        for (int j = 0; j < 4; j++) {
            four.v[j] = four.v[j] + added[column];
            column = column + 1 < width ? column + 1 : 0;
        }
        store_four(access, out, i, n, four);
    });
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

// Bandwidths whose sums are taken together, and distances that a thread holds meanwhile.
#define SIGMAS 8
#define HELD 8

// Adds the windows of N bandwidths at a block's distances, those of which beyond `count` are none.
template <int N>
__device__ __forceinline__ void add_windows(double* totals, const float (&distances)[HELD],
                                            int64_t count, const float* precisions,
                                            int64_t sigma_count, float before, float least) {
    double sums[N];
#pragma unroll
    for (int k = 0; k < N; k++) {
        float part = 0.0f;
        if (k < sigma_count)
#pragma unroll
            for (int j = 0; j < HELD; j++)
                if (j * THREADS + threadIdx.x < count)
                    part += window(least, distances[j], precisions[k]);
        sums[k] = part;
    }
    reduce_block(sums, Add());
#pragma unroll
    for (unsigned k = 0; k < N; k++)
        if (threadIdx.x == k && k < sigma_count)
            totals[k] = add_window(totals[k], sums[k], precisions[k], before - least);
}

KERNEL(parzen_tile, float* nearest, double* sums, const float* products, const float* row_norms,
       const float* column_norms, const float* precisions, int64_t sigma_count, int64_t rows,
       int64_t columns) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        double* totals = sums + row * sigma_count;
        float norm = row_norms[row], least = nearest[row];
        for (int64_t first = 0; first < columns; first += HELD * THREADS) {
            int64_t count = columns - first;
            const float* product = products + row * columns + first;
            float distances[HELD], before = least;
#pragma unroll
            for (int j = 0; j < HELD; j++) {
                unsigned c = j * THREADS + threadIdx.x;
                distances[j] = c < count
                                   ? squared_distance(product[c], norm, column_norms[first + c])
                                   : least;
            }
            for (int j = 0; j < HELD; j++) least = Least()(least, distances[j]);
            least = reduce_block(least, Least());
            for (int64_t k = 0; k < sigma_count; k += SIGMAS)
                if (sigma_count - k == 1)
                    add_windows<1>(totals + k, distances, count, precisions + k, 1, before, least);
                else
                    add_windows<SIGMAS>(totals + k, distances, count, precisions + k,
                                        sigma_count - k, before, least);
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
