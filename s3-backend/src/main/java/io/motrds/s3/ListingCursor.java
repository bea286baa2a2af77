package io.motrds.s3;

import io.motrds.api.DatastoreException;
import io.motrds.api.Key;
import io.motrds.api.query.Cursor;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Projection;
import io.motrds.api.query.Scan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Reads a range of keys from listings, a page at a time, in ascending order. The next page is asked for when a tenth of the
 * page at hand was used; values are read ahead, bounded in number and bytes.
 *
 * <p>Objects whose names are no keys are passed over: something else put them there.
 */
final class ListingCursor implements Cursor {

    private static final Logger LOG = LoggerFactory.getLogger(ListingCursor.class);
    private static final long READ_AHEAD_BYTES = 16 << 20;

    private final Bucket bucket;
    private final ObjectNames names;
    private final String store;
    private final Scan scan;
    private final int prefetch;
    private final ObjectNames.@Nullable Listing listing; // null when the range holds no names

    private final Deque<Coming> ahead = new ArrayDeque<>();
    private long aheadBytes;
    private boolean lookedAtRoot;
    private long toSkip;
    private long toRead;

    private Bucket.@Nullable Page page;
    private int position; // in the page
    private @Nullable CompletableFuture<Bucket.Page> nextPage;
    private boolean ended;
    private @Nullable String last;
    private boolean warned;

    /** An entry whose value is on its way. */
    private record Coming(Key key, long size, CompletableFuture<Optional<byte[]>> value) {}

    ListingCursor(Bucket bucket, ObjectNames names, String store, Scan scan, int prefetch) {
        this.bucket = bucket;
        this.names = names;
        this.store = store;
        this.scan = scan;
        this.prefetch = prefetch;
        this.listing = names.listing(scan.range()).orElse(null);
        this.toSkip = scan.offset();
        this.toRead = scan.limit();
    }

    @Override
    public @Nullable Entry next() {
        Entry root = root();
        if (root != null) {
            return root;
        }
        return scan.projection() == Projection.VALUES ? nextWithValue() : nextListed();
    }

    /** The key {@code /}, which no listing shows in its place. */
    private @Nullable Entry root() {
        if (lookedAtRoot || !scan.range().contains(Key.ROOT)) {
            return null;
        }
        lookedAtRoot = true;
        CompletableFuture<Entry> coming = scan.projection() == Projection.VALUES && toSkip == 0
                ? bucket.get(Key.ROOT)
                        .thenApply(value ->
                                value.map(bytes -> Entry.of(Key.ROOT, bytes)).orElse(null))
                : bucket.size(Key.ROOT)
                        .thenApply(size -> size.isPresent() ? Entry.ofSize(Key.ROOT, size.getAsLong()) : null);
        nextPage = request(null, firstPage()); // meanwhile
        Entry entry = bucket.await("look up /", coming);
        return entry != null && --toSkip < 0 ? entry : null;
    }

    private @Nullable Entry nextWithValue() {
        readAhead();
        for (Coming coming = ahead.poll(); coming != null; coming = ahead.poll()) {
            aheadBytes -= coming.size();
            Optional<byte[]> value = bucket.await("get " + coming.key(), coming.value());
            if (value.isPresent()) {
                return Entry.of(coming.key(), value.get());
            }
            toRead++; // deleted since it was listed: another one takes its place
            readAhead();
        }
        return null;
    }

    private void readAhead() {
        while (toRead > 0 && (ahead.isEmpty() || (ahead.size() < prefetch && aheadBytes < READ_AHEAD_BYTES))) {
            Entry listed = nextListed();
            if (listed == null) {
                return;
            }
            toRead--;
            aheadBytes += listed.size();
            ahead.add(new Coming(listed.key(), listed.size(), bucket.get(listed.key())));
        }
    }

    private @Nullable Entry nextListed() {
        for (S3Object object = nextObject(); object != null; object = nextObject()) {
            Key key = names.keyOf(object.key());
            if (key == null) {
                warn(object.key());
            } else if (!scan.range().isBefore(key)) {
                ended = true;
                return null;
            } else if (scan.range().contains(key) && --toSkip < 0) {
                return Entry.ofSize(key, object.size());
            }
        }
        return null;
    }

    private @Nullable S3Object nextObject() {
        while (!ended) {
            Bucket.Page current = page;
            if (current != null && position < current.objects().size()) {
                S3Object object = current.objects().get(position++);
                checkOrder(object.key());
                if (position * 10 >= current.objects().size()) {
                    requestAfter(current);
                }
                return object;
            }
            turnPage();
        }
        return null;
    }

    private void requestAfter(Bucket.Page current) {
        boolean wanted =
                scan.limit() > Bucket.MAX_PAGE || position >= current.objects().size();
        if (current.more() && nextPage == null && wanted && goesOnBehind(current)) {
            nextPage = request(current, Bucket.MAX_PAGE);
        }
    }

    /** Whether the range does not end within a page. */
    private boolean goesOnBehind(Bucket.Page current) {
        String last = current.last();
        Key key = last == null ? null : names.keyOf(last);
        return key == null || scan.range().isBefore(key);
    }

    private void turnPage() {
        Bucket.Page current = page;
        if (current != null && !current.more()) {
            ended = true;
            return;
        }
        int max = current == null ? firstPage() : Bucket.MAX_PAGE;
        CompletableFuture<Bucket.Page> coming = nextPage != null ? nextPage : request(current, max);
        nextPage = null;
        position = 0;
        page = bucket.await("list", coming);
    }

    private CompletableFuture<Bucket.Page> request(Bucket.@Nullable Page before, int max) {
        ObjectNames.Listing where = listing;
        return where == null ? CompletableFuture.completedFuture(Bucket.Page.EMPTY) : bucket.list(where, before, max);
    }

    /** No more than was asked for, so that a query for one key does not list a thousand. */
    private int firstPage() {
        long wanted = scan.limit() + scan.offset();
        return wanted < 0 || wanted > Bucket.MAX_PAGE ? Bucket.MAX_PAGE : (int) Math.max(1, wanted);
    }

    /** The end of a range and the order of results rest on the server's order, so it is not taken on trust. */
    private void checkOrder(String name) {
        String before = last;
        if (before != null && ObjectNames.compare(before, name) >= 0) {
            throw new DatastoreException(store + ": the server lists \"" + name + "\" behind \"" + before
                    + "\"; S3 lists by UTF-8 bytes, and this store relies on it");
        }
        last = name;
    }

    private void warn(String name) {
        if (!warned) {
            warned = true;
            LOG.warn("{}: passing over objects whose names are no keys, such as \"{}\"", store, name);
        }
    }

    @Override
    public void close() {
        ended = true;
        ahead.clear(); // what is under way ends by itself and is dropped
    }
}
