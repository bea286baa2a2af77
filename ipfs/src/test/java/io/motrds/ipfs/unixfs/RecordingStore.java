package io.motrds.ipfs.unixfs;

import io.motrds.api.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps values in a sorted map, notes the batches and syncs that it gets, and can be told to fail. */
public final class RecordingStore extends DiscardingStore {

    /** Called before a batch is applied, with the number of those before it. */
    public volatile Consumer<Integer> beforeBatch = number -> {};

    private final NavigableMap<Key, byte[]> values = new TreeMap<>();
    private final List<List<Key>> batches = new ArrayList<>();
    private int syncs;

    @Override
    protected synchronized byte @Nullable [] read(Key key) {
        byte[] value = values.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    protected synchronized boolean exists(Key key) {
        return values.containsKey(key);
    }

    @Override
    protected synchronized void write(Key key, byte[] value) {
        values.put(key, value.clone());
    }

    @Override
    protected synchronized void remove(Key key) {
        values.remove(key);
    }

    @Override
    protected void apply(Map<Key, byte @Nullable []> writes) {
        beforeBatch.accept(batches().size());
        synchronized (this) {
            batches.add(List.copyOf(writes.keySet()));
            writes.forEach((key, value) -> values.put(key, value));
        }
    }

    @Override
    protected synchronized void flush(Key prefix) {
        syncs++;
    }

    public synchronized List<List<Key>> batches() {
        return List.copyOf(batches);
    }

    public synchronized int syncs() {
        return syncs;
    }

    public synchronized NavigableMap<Key, byte[]> values() {
        return new TreeMap<>(values);
    }
}
