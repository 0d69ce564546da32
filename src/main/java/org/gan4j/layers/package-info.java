/** Layers and the networks made of them. */
package org.gan4j.layers;
