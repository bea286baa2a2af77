package io.motrds.cli;

import io.motrds.api.Datastore;
import io.motrds.api.spi.StoreConfig;

/**
 * An open store that is closed whatever happens: when the command ends, or when a signal ends the process. Then
 * operations under way are waited for and later ones refused, so that the store stays consistent.
 */
final class StoreSession implements AutoCloseable {

    private static volatile boolean processEnds;

    private final Datastore store;
    private final Thread onSignal;

    private StoreSession(Datastore store) {
        this.store = store;
        this.onSignal = new Thread(this::closeAtEndOfProcess, "close-store");
    }

    static StoreSession open(StoreConfig config) {
        StoreSession session = new StoreSession(config.open());
        try {
            Runtime.getRuntime().addShutdownHook(session.onSignal);
        } catch (IllegalStateException e) {
            session.closeAtEndOfProcess(); // a signal came while the store was opened
        }
        return session;
    }

    /** Whether a signal ends the process, so that failures that follow from the closed store are no news. */
    static boolean processEnds() {
        return processEnds;
    }

    private void closeAtEndOfProcess() {
        processEnds = true;
        store.close();
    }

    Datastore store() {
        return store;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            processEnds = true;
        }
        store.close();
    }
}
