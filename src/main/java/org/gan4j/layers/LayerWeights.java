package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;

/**
 * The parameters of one layer.
 *
 * @param matrix W [inputs][outputs], or filters
 * @param biases b
 * @param values both, with zeros between them
 * @param velocities those of both, with zeros between them
 */
record LayerWeights(
    Parameter matrix, Parameter biases, DeviceBuffer values, DeviceBuffer velocities) {}
