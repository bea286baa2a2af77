package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.feature.ConsistencyCheck;
import io.motrds.api.query.Query;
import io.motrds.motr.Fid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a libmotr in it, rude as the real one, a JVM goes on working: each rule in a JVM of its own. */
class StandInJvmTest {
    @TempDir
    private Path folder;

    private final StandIn standIn = StandIn.get();
    private final Map<String, String> parameters =
            new HashMap<>(standIn.parameters(new Fid(((long) Fid.INDEX << 56) | 5, 1), Map.of()));

    private String runs(String scenario) throws IOException, InterruptedException {
        try (ChildJvm child = ChildJvm.start(folder, scenario, parameters, Map.of())) {
            assertEquals(0, child.exitCode(), child::output);
            return child.output();
        }
    }

    @Test
    void aStackOverflowIsAnErrorAlsoInThreadsOlderThanTheLoad() throws Exception {
        runs("overflow");
    }

    @Test
    void theStandInWouldEndAJvmThatLoadsItWithoutCare() throws Exception {
        try (ChildJvm child = ChildJvm.start(folder, "overflow-with-plain-jna", parameters, Map.of())) {
            assertTrue(child.exitCode() != 0, child::output);
        }
    }

    @Test
    void nullChecksStayExceptions() throws Exception {
        runs("nulls");
    }

    @Test
    void openingAndClosingAgainAndAgainLeavesNothing() throws Exception {
        runs("reopen");
    }

    @Test
    void valuesStayRightWhileTheHeapIsCollected() throws Exception {
        runs("garbage");
    }

    @Test
    void threadsAreDumpedAndSignalsEndTheJvmInItsOwnWay() throws Exception {
        try (ChildJvm child = ChildJvm.start(folder, "wait", parameters, Map.of())) {
            child.awaitLine("ready");
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(child.process().pid()),
                            "Thread.print")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("threads").toFile())
                    .start();
            assertTrue(jcmd.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, jcmd.exitValue(), "a thread dump works");
            assertTrue(child.process().isAlive(), child::output);
            child.process().destroy(); // SIGTERM
            assertEquals(128 + 15, child.exitCode(), child::output);
            assertTrue(child.output().contains("hook ran"), child::output);
        }
    }

    @Test
    void twoProcessesShareAnIndex() throws Exception {
        parameters.put("index", new Fid(((long) Fid.INDEX << 56) | 5, 2).toString());
        Map<String, String> other = new HashMap<>(parameters);
        other.put("localAddr", standIn.anotherLocalAddr());
        other.put("processFid", "0x7200000000000001:0x65");
        try (ChildJvm child = ChildJvm.start(folder, "share", other, Map.of())) {
            Scenarios.share(parameters, "parent");
            assertEquals(0, child.exitCode(), child::output);
        }
        try (Datastore store = Datastores.open(parameters)) {
            store.feature(ConsistencyCheck.class).orElseThrow().check();
            assertEquals(8 + 8 + 3, store.query(Query.all()).toList().size(), "all keys of both processes are there");
        }
        standIn.assertNothingLeft();
    }
}
