package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import java.io.IOException;
import java.util.Map;

/** The process that is killed: threads that write, sync, and report what they synced, until the end. */
final class CrashChild {

    static final int THREADS = 2;

    private CrashChild() {}

    public static void main(String[] arguments) throws IOException {
        int round = Integer.parseInt(arguments[0]);
        Datastores.providers().all(); // loads what it can while the other process still needs the store
        Map<String, String> parameters = ChildProcess.parameters(System.in);
        ChildProcess.report("opening");
        Datastore store = Datastores.open(parameters);
        new Parallel()
                .tasks(THREADS, thread -> {
                    CrashScript script = new CrashScript(round, thread);
                    for (int step = 0; step < 1_000_000; step++) {
                        script.run(store, step);
                        if (step % CrashScript.SYNC_EVERY == CrashScript.SYNC_EVERY - 1) {
                            store.sync(Key.ROOT);
                            ChildProcess.report("synced " + thread + " " + (step + 1));
                        }
                    }
                })
                .run();
    }
}
