/**
 * Sweeps of gan4j's trainings on Apache Spark, version 4: many recipes and seeds, each trained
 * whole by one task, in the bits that one machine gives.
 */
package org.gan4j.spark;
