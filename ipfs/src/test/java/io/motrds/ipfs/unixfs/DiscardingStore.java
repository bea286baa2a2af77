package io.motrds.ipfs.unixfs;

import io.motrds.api.Key;
import io.motrds.api.Limits;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Scan;
import io.motrds.api.spi.AbstractDatastore;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Forgets what it is given: for imports of which only the CID counts. */
public class DiscardingStore extends AbstractDatastore {

    /** Empty, and stays so. */
    public DiscardingStore() {
        super("discarding", new Limits(Limits.MIN_KEY_BYTES, Limits.MIN_VALUE_BYTES), Set.of());
    }

    @Override
    protected byte @Nullable [] read(Key key) {
        return null;
    }

    @Override
    protected boolean exists(Key key) {
        return false;
    }

    @Override
    protected long sizeOf(Key key) {
        return -1;
    }

    @Override
    protected void write(Key key, byte[] value) {}

    @Override
    protected void remove(Key key) {}

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {}

    @Override
    protected Cursor scan(Scan scan) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void flush(Key prefix) {}

    @Override
    protected void shutdown() {}
}
