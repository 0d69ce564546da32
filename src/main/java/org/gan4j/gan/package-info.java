/** Generator, discriminator, objectives, trainer and checkpoints. */
package org.gan4j.gan;
