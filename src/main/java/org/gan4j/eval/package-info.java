/** The Gaussian Parzen window and other measures of a generator. */
package org.gan4j.eval;
