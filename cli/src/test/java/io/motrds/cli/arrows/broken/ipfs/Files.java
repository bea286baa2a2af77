package io.motrds.cli.arrows.broken.ipfs;

import io.motrds.cli.arrows.broken.leveldb.Backend;

/** Files that know a backend, its library, and another's. */
public interface Files {
    Backend backend();

    org.iq80.leveldb.DB database();

    io.micrometer.core.instrument.Timer timer();
}
