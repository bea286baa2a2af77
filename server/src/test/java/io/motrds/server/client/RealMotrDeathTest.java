package io.motrds.server.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.motr.RealMotr;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server of Motr is killed and comes back, on a real cluster, when one is given, see {@link RealMotr}, and with it
 * {@code -Dmotr.cluster}, the path of {@code bench/motr/cluster}, whose environment variables this process has. Motr's
 * client never works again then; the type {@code remote} gives it a new process.
 */
@Timeout(600)
class RealMotrDeathTest {

    private static final int KEYS = 40;

    private static void cluster(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = System.getProperty("motr.cluster");
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), () -> Arrays.toString(command));
    }

    private static long sidecar() {
        return ProcessHandle.current().children().findAny().orElseThrow().pid();
    }

    private static Key key(int number) {
        return Key.of("/death/" + number);
    }

    /** Some lie in the index, some in objects. */
    private static byte[] value(int number) {
        byte[] value = new byte[number % 2 == 0 ? 300 + number : 100_000 + number];
        Arrays.fill(value, (byte) number);
        return value;
    }

    private static byte[] untilItIsBack(Datastore store, Key key) {
        while (true) { // the test's own limit ends it
            try {
                return store.get(key).orElseThrow();
            } catch (DatastoreException e) {
                assertTrue(e.isRetryable(), e::toString);
            }
        }
    }

    @Test
    void aMotrServerThatDiedAndCameBackCostsErrorsAndAPause() throws Exception {
        Map<String, String> parameters = ServedDatastore.withItsOwnSidecar(RealMotr.parameters(
                RealMotr.index((int) System.nanoTime() & Integer.MAX_VALUE), RealMotr.nextClient()));
        parameters.putAll(Map.of("timeout", "15s", "restartAfter", "5s", "startTimeout", "30s"));
        parameters.put("store.timeout", "5s");
        if (System.getProperty("motr.cluster") == null) {
            Assumptions.abort("not run: the death of a server of a real Motr cluster: -Dmotr.cluster is not given");
        }
        try (Datastore store = Datastores.open(parameters)) {
            for (int i = 0; i < KEYS; i++) {
                store.put(key(i), value(i));
            }
            long before = sidecar();
            cluster("kill-node", "0");
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                DatastoreException failure = assertThrows(DatastoreException.class, () -> store.put(key(0), value(0)));
                assertTrue(failure.isRetryable(), failure::toString);
                assertTrue(Duration.ofNanos(System.nanoTime() - begin).toSeconds() < 30, "within its timeout");
            }
            cluster("start-node", "0");
            assertArrayEquals(value(0), untilItIsBack(store, key(0)));
            assertNotEquals(before, sidecar(), "another process serves the store");
            for (int i = 0; i < KEYS; i++) {
                assertArrayEquals(value(i), store.get(key(i)).orElseThrow(), "what was acknowledged is there");
                store.put(key(i), value(i + 1));
                assertArrayEquals(value(i + 1), store.get(key(i)).orElseThrow());
            }
            store.feature(ConsistencyCheck.class).orElseThrow().check();
        }
    }
}
