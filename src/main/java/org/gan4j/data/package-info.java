/** Data sets: readers, downloads, splits and preprocessing. */
package org.gan4j.data;
