package io.motrds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What waits for the store does not do so on the thread of a socket. */
class CallThreadsTest {

    private final List<String> done = new ArrayList<>();
    private final List<Runnable> ofWorkers = new ArrayList<>();

    @Test
    void onlyTheBeginningOfACallRunsOnTheThreadThatItCameInOn() {
        Executor call = CallThreads.ofOneRequest(ofWorkers::add);
        call.execute(() -> done.add("beginning"));
        call.execute(() -> done.add("request"));
        call.execute(() -> done.add("end"));
        assertEquals(List.of("beginning"), done);
        ofWorkers.forEach(Runnable::run);
        assertEquals(List.of("beginning", "request", "end"), done);
    }

    @Test
    void aCallEndsThoughNoThreadCanBeHad() {
        Executor call = CallThreads.ofOneRequest(work -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        call.execute(() -> done.add("beginning"));
        call.execute(() -> done.add("request"));
        assertEquals(List.of("beginning", "request"), done);
    }
}
