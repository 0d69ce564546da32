#pragma once
namespace gan4j {
inline void scale(float* out, long n, float factor) {
    #pragma omp parallel for
    for (long i = 0; i < n; i++) out[i] *= factor;
}
}
