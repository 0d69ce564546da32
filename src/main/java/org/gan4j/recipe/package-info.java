/** Everything that decides a run but the device, by name: recipes, their parts and presets. */
package org.gan4j.recipe;
