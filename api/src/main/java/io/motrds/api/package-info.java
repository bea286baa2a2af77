/**
 * The contracts of motrds: keys, datastores, batches and errors.
 *
 * <p>The words are those of go-datastore. Start at {@link io.motrds.api.Datastores} to open a store and at {@link
 * io.motrds.api.Datastore} for what it does. Who writes a store starts at {@link io.motrds.api.spi}.
 */
@NullMarked
package io.motrds.api;

import org.jspecify.annotations.NullMarked;
