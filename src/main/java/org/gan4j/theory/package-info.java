/** The paper's theory as something to run: small games, and what they should come to. */
package org.gan4j.theory;
