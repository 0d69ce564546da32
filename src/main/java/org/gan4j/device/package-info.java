/** The seam between the networks and what computes them: devices, buffers, kernels. */
package org.gan4j.device;
