/** Files: written whole or not at all, and the formats that others read too: JSON, safetensors. */
package org.gan4j.io;
