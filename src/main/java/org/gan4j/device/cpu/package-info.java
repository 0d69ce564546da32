/** The CPU backend: oneDNN and the CPU build of this library's own kernels. */
package org.gan4j.device.cpu;
