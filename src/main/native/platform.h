// What differs between the CPU build (g++) and the GPU build (NVRTC) of the shared sources.
#pragma once

#ifdef __CUDACC__
#define GAN4J_FN __device__ __forceinline__
#endif

#ifdef __CUDACC_RTC__
typedef unsigned char uint8_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
#else
#include <cmath>
#include <cstdint>
#include <cstring>
#endif

#ifndef __CUDACC__
#define GAN4J_FN inline __attribute__((always_inline))
#endif
