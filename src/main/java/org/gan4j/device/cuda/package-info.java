/** The CUDA backend: cuBLASLt, cuDNN, the GPU build of this library's own kernels, and graphs. */
package org.gan4j.device.cuda;
