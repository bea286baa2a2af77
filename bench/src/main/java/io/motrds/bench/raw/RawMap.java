package io.motrds.bench.raw;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Type {@code raw-map}: a plain concurrent sorted map. Values are copied, as every datastore must. */
final class RawMap extends RawStore {

    /** For the service loader. */
    public static final class Provider implements DatastoreProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String type() {
            return "raw-map";
        }

        @Override
        public String description() {
            return "yardstick of mem: ConcurrentSkipListMap";
        }

        @Override
        public List<Parameter<?>> parameters() {
            return List.of();
        }

        @Override
        public Datastore open(StoreConfig config) {
            return new RawMap();
        }
    }

    private final ConcurrentNavigableMap<Key, byte[]> map = new ConcurrentSkipListMap<>();

    private RawMap() {
        super("raw-map");
    }

    @Override
    byte @Nullable [] read(Key key) {
        byte[] value = map.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public boolean has(Key key) {
        return map.containsKey(key);
    }

    @Override
    public OptionalLong size(Key key) {
        byte[] value = map.get(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value.length);
    }

    @Override
    public void put(Key key, byte[] value) {
        map.put(key, value.clone());
    }

    @Override
    void writeAll(Map<Key, byte[]> writes) {
        map.putAll(writes); // the batch has copied the values
    }

    @Override
    Keys keys(String prefix) {
        Iterator<Key> keys = map.tailMap(Key.of(prefix)).keySet().iterator();
        return new Keys() {
            @Override
            public @Nullable Key next() {
                Key next = keys.hasNext() ? keys.next() : null;
                return next != null && next.toString().startsWith(prefix) ? next : null;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void sync(Key prefix) {}

    @Override
    public void close() {
        map.clear();
    }
}
