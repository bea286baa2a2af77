/** Queries: what to ask a datastore, what comes back, and the engine that does what a store cannot do itself. */
@NullMarked
package io.motrds.api.query;

import org.jspecify.annotations.NullMarked;
