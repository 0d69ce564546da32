/** Images, plots and the report of a run. */
package org.gan4j.report;
