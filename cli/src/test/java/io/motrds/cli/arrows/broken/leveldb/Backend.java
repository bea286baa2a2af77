package io.motrds.cli.arrows.broken.leveldb;

/** A backend that keeps the rules. */
public final class Backend {
    private final String name = org.iq80.leveldb.Options.class.getName();

    @Override
    public String toString() {
        return name;
    }
}
