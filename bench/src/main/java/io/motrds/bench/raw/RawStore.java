package io.motrds.bench.raw;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryPart;
import io.motrds.api.query.QueryResults;
import io.motrds.api.spi.Parameter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A library called as directly as the datastore's interface lets one. */
abstract class RawStore implements Datastore {

    /** A parameter of the libraries that keep a database in a folder. */
    static final Parameter<Path> PATH = Parameter.path("path", "folder of the database");

    /** Another one of theirs. */
    static final Parameter<Boolean> SYNC_WRITES = Parameter.flag(
                    "syncWrites", "whether every write is durable when it returns")
            .byDefault("false");

    private final String name;

    RawStore(String name) {
        this.name = name;
    }

    /** The value of a key, or null. */
    abstract byte @Nullable [] read(Key key);

    /** Writes a batch with what the library has for that. */
    abstract void writeAll(Map<Key, byte[]> writes);

    /** The keys below a prefix, all of them. */
    abstract Keys keys(String prefix);

    /** Keys one after another. */
    interface Keys extends AutoCloseable {
        /** The next key, or null at the end. */
        @Nullable Key next();

        @Override
        void close();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Limits limits() {
        return new Limits(64 << 10, 8 << 20);
    }

    @Override
    public Optional<byte[]> get(Key key) {
        return Optional.ofNullable(read(key));
    }

    @Override
    public Map<Key, byte[]> getAll(Collection<Key> keys) {
        Map<Key, byte[]> found = new LinkedHashMap<>();
        for (Key key : keys) {
            byte[] value = read(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    @Override
    public boolean has(Key key) {
        return read(key) != null;
    }

    @Override
    public OptionalLong size(Key key) {
        byte[] value = read(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value.length);
    }

    @Override
    public void delete(Key key) {
        throw new UnsupportedOperationException("nothing that is measured deletes");
    }

    @Override
    public Set<QueryPart> nativeQueryParts() {
        return EnumSet.noneOf(QueryPart.class);
    }

    @Override
    public Batch batch() {
        return new Writes();
    }

    /** Keys below the prefix; of a query nothing else is understood. */
    @Override
    public QueryResults query(Query query) {
        Keys keys = keys(query.prefix().isRoot() ? "/" : query.prefix() + "/");
        return new QueryResults() {
            private @Nullable Key next = keys.next();

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Entry next() {
                Key present = next;
                if (present == null) {
                    throw new NoSuchElementException();
                }
                next = keys.next();
                return Entry.ofKey(present);
            }

            @Override
            public void close() {
                keys.close();
            }
        };
    }

    private final class Writes implements Batch {
        private final Map<Key, byte[]> writes = new LinkedHashMap<>();

        @Override
        public void put(Key key, byte[] value) {
            writes.put(key, value.clone()); // the array is the caller's, who fills it anew
        }

        @Override
        public void delete(Key key) {
            throw new UnsupportedOperationException("nothing that is measured deletes");
        }

        @Override
        public void commit() {
            writeAll(writes);
        }

        @Override
        public void close() {
            writes.clear();
        }
    }
}
