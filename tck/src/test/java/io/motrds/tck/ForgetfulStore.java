package io.motrds.tck;

import io.motrds.api.Key;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.QueryPart;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A correct store that promises as little as the contract allows: nothing beyond it, and no part of a query. */
final class ForgetfulStore extends ReferenceStore {

    ForgetfulStore() {
        super(new Journal(null), LIMITS, EnumSet.noneOf(QueryPart.class));
    }

    /** One key after the other, so that others see a part of a batch. */
    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        writes.forEach((key, value) -> set(Collections.singletonMap(key, value)));
    }

    @Override
    public <F extends Feature> Optional<F> feature(Class<F> type) {
        return Optional.empty();
    }
}
