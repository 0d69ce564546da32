// What differs between the CPU build (g++) and the GPU build (NVRTC) of the shared sources.
#pragma once

#ifdef __CUDACC__
#define GAN4J_FN __device__ __forceinline__
// Tells the compiler that the address is one of the card's memory, not of a block's.
#define GAN4J_GLOBAL(address) __cvta_global_to_generic((size_t)(address))
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
#define GAN4J_GLOBAL(address) (address)
#endif
