package io.motrds.motr.jna;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.feature.Feature;
import io.motrds.api.query.Comparison;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Filter;
import io.motrds.api.query.Order;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import io.motrds.tck.DatastoreTck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The whole kit on two stores in two processes on one index: reads of one key and writes go to one and the other in turn,
 * queries to the one in this process. So whatever either kept to itself would show.
 */
class TwoProcessesDatastoreTest extends DatastoreTck {

    @Override
    protected Map<String, String> configuration(Path folder) {
        return StandIn.get().parameters(StandIn.indexFor(folder), Map.of());
    }

    @Override
    protected Datastore open(Path folder) {
        Map<String, String> here = configuration(folder);
        Map<String, String> there = new HashMap<>(here);
        there.put("localAddr", otherLocalAddr());
        Datastore local = Datastores.open(here);
        return new InTurn(local, OtherProcess.get().open(there));
    }

    private static @Nullable String other;

    /** The endpoint of the other process, the same for all its stores. */
    private static synchronized String otherLocalAddr() {
        String known = other;
        if (known == null) {
            known = StandIn.get().anotherLocalAddr();
            other = known;
        }
        return known;
    }

    private static final class InTurn extends AbstractDatastore {
        private final Datastore here;
        private final OtherProcess.Opened there;
        private final AtomicInteger turn = new AtomicInteger();

        InTurn(Datastore here, OtherProcess.Opened there) {
            super(
                    here.name(),
                    here.limits(),
                    Set.of(QueryPart.KEY_RANGE, QueryPart.KEY_ORDER, QueryPart.KEYS_ONLY, QueryPart.SIZES));
            this.here = here;
            this.there = there;
        }

        private boolean isOurTurn() {
            return turn.getAndIncrement() % 2 == 0;
        }

        @Override
        public <F extends Feature> Optional<F> feature(Class<F> type) {
            return here.feature(type);
        }

        @Override
        protected byte @Nullable [] read(Key key) {
            return isOurTurn() ? here.get(key).orElse(null) : there.get(key);
        }

        @Override
        protected boolean exists(Key key) {
            return isOurTurn() ? here.has(key) : there.get(key) != null;
        }

        @Override
        protected long sizeOf(Key key) {
            if (isOurTurn()) {
                return here.size(key).orElse(-1);
            }
            byte[] value = there.get(key);
            return value == null ? -1 : value.length;
        }

        @Override
        protected void write(Key key, byte[] value) {
            if (isOurTurn()) {
                here.put(key, value);
            } else {
                there.write(Map.of(key, value));
            }
        }

        @Override
        protected void remove(Key key) {
            if (isOurTurn()) {
                here.delete(key);
            } else {
                there.write(Collections.singletonMap(key, null));
            }
        }

        @Override
        protected void apply(Map<Key, byte @Nullable []> writes) {
            there.write(writes);
        }

        @Override
        protected Cursor scan(Scan scan) {
            Query all = Query.all()
                    .order(Order.byKey())
                    .filter(Filter.key(
                            Comparison.GREATER_OR_EQUAL, new String(scan.range().from(), StandardCharsets.UTF_8)));
            QueryResults results = here.query(
                    scan.projection() == Projection.VALUES
                            ? all
                            : scan.projection() == Projection.KEYS ? all.keysOnly() : all.keysAndSizes());
            return new Cursor() {
                @Override
                public @Nullable Entry next() {
                    if (!results.hasNext()) {
                        return null;
                    }
                    Entry entry = results.next();
                    return scan.range().isBefore(entry.key()) ? entry : null;
                }

                @Override
                public void close() {
                    results.close();
                }
            };
        }

        @Override
        protected void flush(Key prefix) {
            here.sync(prefix);
            there.sync();
        }

        @Override
        protected void shutdown() {
            there.close();
            here.close();
        }
    }
}
