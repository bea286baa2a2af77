package io.motrds.bench;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** One operation after another on each of some threads, on keys at random; puts are of new keys. */
record SingleOperation(Kind kind, int valueBytes, int threads) implements Workload {

    /** Which operation. */
    enum Kind {
        PUT,
        GET,
        HAS,
        SIZE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How much the store holds that is read from, and how much is put into an empty one. */
    private static final int STORED_BYTES = 64 << 20;

    private static final int MOST_KEYS = 20_000;

    // calls between two looks at the clock
    private static final int STRIDE = 4;
    private static final long SLICE_NANOS = 200_000_000;

    @Override
    public String name() {
        String value = kind == Kind.HAS || kind == Kind.SIZE ? "" : " " + Size.text(valueBytes);
        return kind.label() + value + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Unit unit() {
        return Unit.OPERATIONS_PER_SECOND;
    }

    @Override
    public boolean isUnforced() {
        return kind == Kind.PUT;
    }

    private int count() {
        return Math.max(1, Math.min(MOST_KEYS, STORED_BYTES / valueBytes));
    }

    @Override
    public Trial on(Contestant store) throws Exception {
        Key[] keys = IntStream.range(0, count()).mapToObj(Content::key).toArray(Key[]::new);
        if (kind == Kind.PUT) {
            byte[] value = Content.random(valueBytes, 7);
            return () -> {
                try (Contestant.Opened opened = store.open();
                        Threads all = new Threads(threads)) {
                    return put(opened.store(), keys, value, all);
                }
            };
        }
        // few enough to be there soon, whatever the store
        Filled filled = Filled.with(store, Math.min(keys.length, 2_000), valueBytes);
        Threads all = new Threads(threads);
        return new Trial() {
            @Override
            public Run run() throws Exception {
                return read(filled.store(), keys, filled.keys(), all);
            }

            @Override
            public void close() throws Exception {
                all.close();
                filled.close();
            }
        };
    }

    private static Run put(Datastore store, Key[] keys, byte[] value, Threads all) throws Exception {
        AtomicInteger next = new AtomicInteger();
        return all.run(thread -> {
            long end = System.nanoTime() + SLICE_NANOS;
            int done = 0;
            while (System.nanoTime() < end) {
                int key = next.getAndIncrement();
                if (key >= keys.length) {
                    break;
                }
                store.put(keys[key], value);
                done++;
            }
            return done;
        });
    }

    private Run read(Datastore store, Key[] keys, int present, Threads all) throws Exception {
        return all.run(thread -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            long end = System.nanoTime() + SLICE_NANOS;
            int done = 0;
            while (System.nanoTime() < end) {
                for (int i = 0; i < STRIDE; i++) {
                    once(store, keys[random.nextInt(present)]);
                }
                done += STRIDE;
            }
            return done;
        });
    }

    private void once(Datastore store, Key key) {
        boolean there = switch (kind) {
            case GET -> store.get(key).orElse(new byte[0]).length == valueBytes;
            case HAS -> store.has(key);
            case SIZE -> store.size(key).orElse(-1) == valueBytes;
            case PUT -> throw new IllegalStateException();
        };
        if (!there) {
            throw new IllegalStateException(store.name() + " lacks " + key);
        }
    }
}
