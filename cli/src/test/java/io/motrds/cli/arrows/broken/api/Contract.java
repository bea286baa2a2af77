package io.motrds.cli.arrows.broken.api;

import io.motrds.cli.arrows.broken.leveldb.Backend;

/** A contract that knows a backend. */
public interface Contract {
    Backend backend();
}
