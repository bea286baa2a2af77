package io.motrds.motr;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.spi.StoreConfig;
import io.motrds.motr.Finding.Step;
import io.motrds.motr.jna.NativeMotr;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The steps of {@code motrds doctor} that may end the process: loading libmotr, beginning its client, and working with the
 * cluster. Run in a process of its own, which gets a store's parameters on standard input and answers with lines: {@code
 * begin STEP}, then a {@link Finding}.
 */
final class DangerousSteps {
    private final StoreConfig config;
    private final Consumer<Step> onBegin;
    private final Consumer<Finding> onFinding;

    DangerousSteps(StoreConfig config, Consumer<Step> onBegin, Consumer<Finding> onFinding) {
        this.config = config;
        this.onBegin = onBegin;
        this.onFinding = onFinding;
    }

    /** The process. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Properties given = new Properties();
        given.load(System.in);
        Map<String, String> parameters = new TreeMap<>();
        given.stringPropertyNames().forEach(name -> parameters.put(name, given.getProperty(name)));
        StoreConfig config = Datastores.read(parameters, Path.of("").toAbsolutePath());
        new DangerousSteps(config, step -> out.println("begin " + step.name()), found -> out.println(found.format()))
                .run();
        out.println("done");
    }

    /** Runs the steps, up to the first that fails. */
    void run() {
        boolean fake = config.get(MotrDatastoreProvider.CLIENT).startsWith("fake");
        if (!fake && !loads()) {
            return;
        }
        onBegin.accept(Step.CLIENT);
        try (MotrIndex index = MotrDatastoreProvider.connect(config, config.get(MotrDatastoreProvider.INDEX))) {
            onFinding.accept(Finding.good(Step.CLIENT, fake ? "a fake cluster" : "the cluster accepts this process"));
            if (isThere(index)) {
                write();
            }
        } catch (DatastoreException e) {
            onFinding.accept(Finding.bad(Step.CLIENT, String.valueOf(e.getMessage())));
        }
    }

    private boolean loads() {
        onBegin.accept(Step.LOADING);
        try {
            Optional<Path> library = config.find(MotrDatastoreProvider.LIBRARY);
            String commit = NativeMotr.load(library, config.get(MotrDatastoreProvider.TIMEOUT));
            onFinding.accept(Finding.good(
                    Step.LOADING, NativeMotr.locate(library) + ", its layouts are known, commit " + commit));
            return true;
        } catch (DatastoreException | TimeoutException e) {
            onFinding.accept(Finding.bad(Step.LOADING, String.valueOf(e.getMessage())));
            return false;
        }
    }

    private boolean isThere(MotrIndex index) {
        onBegin.accept(Step.INDEX);
        int rc = index.lookUp(config.get(MotrDatastoreProvider.TIMEOUT).toNanos());
        boolean willBeCreated = rc == Errno.ENOENT && config.get(MotrDatastoreProvider.CREATE_INDEX);
        String fid = config.get(MotrDatastoreProvider.INDEX).toString();
        if (rc == 0 || willBeCreated) {
            onFinding.accept(Finding.good(Step.INDEX, fid + (rc == 0 ? " exists" : " is created on opening")));
            return true;
        }
        String found = rc == Errno.ENOENT ? " does not exist" : " cannot be looked up: Motr answered " + Errno.name(rc);
        onFinding.accept(Finding.bad(Step.INDEX, fid + found));
        return false;
    }

    /** Writes a key through the whole store, reads it and deletes it. */
    private void write() {
        onBegin.accept(Step.WRITE);
        Key key = Key.of("/motrds-doctor/" + UUID.randomUUID());
        byte[] value = key.toUtf8();
        try (Datastore store = config.open()) {
            long begun = System.nanoTime();
            store.put(key, value);
            store.sync(key);
            boolean came = Arrays.equals(value, store.get(key).orElse(null));
            store.delete(key);
            long millis = (System.nanoTime() - begun) / 1_000_000;
            onFinding.accept(
                    came
                            ? Finding.good(Step.WRITE, "written, read and deleted in " + millis + " ms")
                            : Finding.bad(Step.WRITE, "what was written did not come back"));
        } catch (DatastoreException e) {
            onFinding.accept(Finding.bad(Step.WRITE, String.valueOf(e.getMessage())));
        }
    }
}
