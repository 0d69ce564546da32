/** The folder of a run: what its files are called, what writes them and what reads them. */
package org.gan4j.run;
