/** From a recipe to the finished folder of a run. */
package org.gan4j.experiment;
