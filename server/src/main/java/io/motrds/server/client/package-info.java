/** The store type {@code remote}: the client of a sidecar that runs already, or of one that it starts and supervises. */
@NullMarked
package io.motrds.server.client;

import org.jspecify.annotations.NullMarked;
