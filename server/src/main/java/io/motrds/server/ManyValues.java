package io.motrds.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.motrds.api.Key;
import io.motrds.api.feature.AtomicBatches;
import io.motrds.server.protocol.GetManyRequest;
import io.motrds.server.protocol.GetManyResponse;
import io.motrds.server.protocol.GetManyResponse.Found;
import io.motrds.server.wire.Keys;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends the values of many keys. The store is asked for a group of them at a time, since all values of a group are in
 * memory: the size of a group follows from the size of the values before. A store with atomic batches is asked for all at
 * once, since its getAll sees a batch whole or not at all.
 */
final class ManyValues extends HeldStream<GetManyResponse> {

    private static final int MAX_BYTES = 1 << 20; // of a message, unless one value is larger
    private static final long GROUP_BYTES = 16 << 20;
    private static final int FIRST_GROUP = 64;
    private static final int MAX_GROUP = 4_096;

    private final Calls calls;
    private final Map<Key, Integer> keys = new LinkedHashMap<>();
    private final List<Key> inOrder;
    private final boolean atomic;
    private final Deque<GetManyResponse> toSend = new ArrayDeque<>();
    private int asked;
    private int group = FIRST_GROUP;

    ManyValues(ServerCallStreamObserver<GetManyResponse> out, Calls calls, GetManyRequest request) {
        super(out, calls);
        this.calls = calls;
        step(() -> {
            for (int i = 0; i < request.getKeysCount(); i++) {
                keys.putIfAbsent(Keys.decode(request.getKeys(i)), i);
            }
        });
        this.inOrder = List.copyOf(keys.keySet());
        this.atomic = calls.store().feature(AtomicBatches.class).isPresent();
        out.setOnReadyHandler(() -> step(this::send));
    }

    private void send() {
        while (out.isReady() && !out.isCancelled()) {
            while (toSend.isEmpty() && asked < inOrder.size()) {
                ask();
            }
            GetManyResponse message = toSend.poll();
            if (message == null) {
                complete();
                return;
            }
            out.onNext(message);
        }
    }

    private void ask() {
        List<Key> some = atomic ? inOrder : inOrder.subList(asked, Math.min(asked + group, inOrder.size()));
        asked += some.size();
        GetManyResponse.Builder message = GetManyResponse.newBuilder();
        long inMessage = 0;
        long inGroup = 0;
        for (Map.Entry<Key, byte[]> each : calls.store().getAll(some).entrySet()) {
            byte[] value = each.getValue();
            if (inMessage > 0 && inMessage + value.length > MAX_BYTES) {
                toSend.add(message.build());
                message.clear();
                inMessage = 0;
            }
            Integer index = keys.get(each.getKey());
            if (index == null) {
                throw new IllegalStateException("the store gave a key that it was not asked for: " + each.getKey());
            }
            message.addFound(Found.newBuilder().setIndex(index).setValue(Keys.share(value)));
            inMessage += value.length + 16;
            inGroup += value.length + 1;
        }
        if (message.getFoundCount() > 0) {
            toSend.add(message.build());
        }
        long average = Math.max(1, inGroup / some.size());
        group = (int) Math.max(1, Math.min(MAX_GROUP, Math.min(2L * group, GROUP_BYTES / average)));
    }

    @Override
    void giveBack() {
        toSend.clear();
    }
}
