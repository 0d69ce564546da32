/** What everything in the library has in common: its exceptions. */
package org.gan4j;
