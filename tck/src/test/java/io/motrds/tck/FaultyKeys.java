package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.RefusedInputException;
import io.motrds.api.query.QueryPart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about single keys. */
final class FaultyKeys {

    private FaultyKeys() {}

    static ReferenceStore correct(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder));
    }

    static Datastore losesTheLastWrite(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized void write(Key key, byte[] value) {
                if (!map.containsKey(key)) {
                    super.write(key, value);
                }
            }
        };
    }

    static Datastore deletesNothing(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected void remove(Key key) {}
        };
    }

    static Datastore resurrectsDeletedKeys(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            private final Map<Key, byte[]> deleted = new HashMap<>();

            @Override
            protected synchronized void remove(Key key) {
                byte[] value = map.get(key);
                if (value != null) {
                    deleted.put(key, value);
                }
                super.remove(key);
            }

            @Override
            protected synchronized void flush(Key prefix) {
                deleted.forEach(map::putIfAbsent);
                deleted.clear();
            }
        };
    }

    static Datastore keepsTombstones(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            private final Set<Key> deleted = new HashSet<>();

            @Override
            protected synchronized void remove(Key key) {
                deleted.add(key);
                super.remove(key);
            }

            @Override
            protected synchronized void write(Key key, byte[] value) {
                if (!deleted.contains(key)) {
                    super.write(key, value);
                }
            }
        };
    }

    static Datastore syncsKeysAlone(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized void flush(Key prefix) {
                if (!map.containsKey(prefix)) {
                    throw new DatastoreException("there is no " + prefix);
                }
                super.flush(prefix);
            }
        };
    }

    static Datastore deletesTheChildren(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized void remove(Key key) {
                super.remove(key);
                map.keySet().removeIf(each -> each.isDescendantOf(key));
            }
        };
    }

    static Datastore emptyIsAbsent(@Nullable Path folder) {
        return new ForwardingStore(correct(folder)) {
            @Override
            public Optional<byte[]> get(Key key) {
                return super.get(key).filter(value -> value.length > 0);
            }
        };
    }

    static Datastore tellsOldSizes(@Nullable Path folder) {
        return new ForwardingStore(correct(folder)) {
            private final Map<Key, OptionalLong> sizes = new HashMap<>();

            @Override
            public OptionalLong size(Key key) {
                return sizes.computeIfAbsent(key, super::size);
            }
        };
    }

    static Datastore failsWhenAbsent(@Nullable Path folder) {
        return new ForwardingStore(correct(folder)) {
            @Override
            public void delete(Key key) {
                if (!has(key)) {
                    throw new DatastoreException("there is no " + key);
                }
                super.delete(key);
            }
        };
    }

    static Datastore cutsOffLargeValues(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized byte @Nullable [] read(Key key) {
                byte[] value = super.read(key);
                return value == null ? null : Arrays.copyOf(value, Math.min(value.length, 1 << 20));
            }
        };
    }

    static Datastore readsValuesAsText(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected void write(Key key, byte[] value) {
                super.write(key, new String(value, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    static Datastore ignoresCase(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected void apply(Map<Key, byte @Nullable []> writes) {
                Map<Key, byte[]> lower = new LinkedHashMap<>();
                writes.forEach((key, value) -> lower.put(lower(key), value));
                super.apply(lower);
            }

            @Override
            protected byte @Nullable [] read(Key key) {
                return super.read(lower(key));
            }

            private Key lower(Key key) {
                return Key.of(key.toString().toLowerCase(Locale.ROOT));
            }
        };
    }

    static Datastore refusesTheRoot(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected void write(Key key, byte[] value) {
                if (key.isRoot()) {
                    throw new RefusedInputException("/ is no key");
                }
                super.write(key, value);
            }
        };
    }

    static Datastore getsAllInKeyOrder(@Nullable Path folder) {
        return new ForwardingStore(correct(folder)) {
            @Override
            public Map<Key, byte[]> getAll(Collection<Key> keys) {
                return super.getAll(new TreeSet<>(keys));
            }
        };
    }

    static Datastore getsAllWithAbsentKeys(@Nullable Path folder) {
        return new ForwardingStore(correct(folder)) {
            @Override
            public Map<Key, byte[]> getAll(Collection<Key> keys) {
                Map<Key, byte[]> all = new LinkedHashMap<>();
                keys.forEach(key -> all.put(key, get(key).orElse(new byte[0])));
                return all;
            }
        };
    }

    private static final Map<Path, Datastore> SHARED = new ConcurrentHashMap<>();

    static Datastore sharesOneMap(@Nullable Path folder) {
        return SHARED.computeIfAbsent(folder.resolveSibling("shared"), FaultyKeys::correct);
    }

    static Datastore hasNoName(@Nullable Path folder) {
        return new ForwardingStore(correct(folder)) {
            @Override
            public String name() {
                return "";
            }
        };
    }

    static Datastore keepsTheCallersArray(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized void write(Key key, byte[] value) {
                super.write(key, value);
                map.put(key, value);
            }
        };
    }

    static Datastore handsOutItsArray(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized byte @Nullable [] read(Key key) {
                return map.get(key);
            }
        };
    }

    static Datastore handsOutItsArrays(@Nullable Path folder) {
        return new ReferenceStore(new Journal(folder)) {
            @Override
            protected synchronized Map<Key, byte[]> readAll(Collection<Key> keys) {
                Map<Key, byte[]> all = new LinkedHashMap<>();
                keys.stream().filter(map::containsKey).forEach(key -> all.put(key, map.get(key)));
                return all;
            }
        };
    }

    static Datastore acceptsOversize(@Nullable Path folder) {
        Limits larger = new Limits(1 << 20, 64 << 20);
        return withLimits(new ReferenceStore(new Journal(folder), larger, EnumSet.allOf(QueryPart.class)));
    }

    static Datastore refusesWhatIsWithinItsLimits(@Nullable Path folder) {
        Limits smaller = new Limits(Limits.MIN_KEY_BYTES, Limits.MIN_VALUE_BYTES);
        return withLimits(new ReferenceStore(new Journal(folder), smaller, EnumSet.allOf(QueryPart.class)));
    }

    private static Datastore withLimits(Datastore store) {
        return new ForwardingStore(store) {
            @Override
            public Limits limits() {
                return ReferenceStore.LIMITS;
            }
        };
    }
}
