package org.gan4j.layers;

/**
 * The parameters of one layer.
 *
 * @param matrix W [inputs][outputs], or filters
 * @param biases b
 */
record LayerWeights(Parameter matrix, Parameter biases) {}
