/** The command line. */
package org.gan4j.cli;
