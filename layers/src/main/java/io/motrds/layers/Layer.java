package io.motrds.layers;

import io.motrds.api.Datastore;
import io.motrds.api.Limits;
import io.motrds.api.query.QueryPart;
import io.motrds.api.spi.StoreConfig;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What every layer tells of itself. What it does with the stores within is up to the layer. */
abstract class Layer implements Datastore {

    private final String name;
    private final Limits limits;
    private final Set<QueryPart> nativeParts;

    Layer(String name, Limits limits, Set<QueryPart> nativeParts) {
        this.name = name;
        this.limits = limits;
        this.nativeParts = nativeParts;
    }

    /** Opens the store within and puts the layer around it; closes it again if that fails. */
    static Datastore around(StoreConfig within, UnaryOperator<Datastore> layer) {
        Datastore child = within.open();
        try {
            return layer.apply(child);
        } catch (RuntimeException | Error e) {
            try {
                child.close();
            } catch (RuntimeException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Limits limits() {
        return limits;
    }

    @Override
    public final Set<QueryPart> nativeQueryParts() {
        return nativeParts;
    }

    @Override
    public final String toString() {
        return name;
    }
}
