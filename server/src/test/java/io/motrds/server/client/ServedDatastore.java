package io.motrds.server.client;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.server.Sidecar;
import io.motrds.server.wire.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A store behind a sidecar of this process, both of which end when it is closed: for the kit. */
final class ServedDatastore {

    private ServedDatastore() {}

    /** Opens the store, serves it on a socket of its own, and connects to that. */
    static Datastore open(Map<String, String> parameters) {
        Datastore store = openWhenFree(parameters);
        Path folder = newFolder();
        Sidecar sidecar = Sidecar.start(store, new Endpoint.UnixSocket(folder.resolve("s")));
        Datastore remote = Datastores.open(
                Map.of("type", "remote", "target", sidecar.endpoint().toString()));
        return (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(remote, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (method.getName().equals("close")) {
                            sidecar.close();
                            store.close();
                        }
                    }
                });
    }

    /** The parameters of type {@code remote} that make a sidecar start for a store. */
    static Map<String, String> withItsOwnSidecar(Map<String, String> store) {
        Map<String, String> parameters = new HashMap<>(Map.of("type", "remote"));
        store.forEach((name, value) -> parameters.put("store." + name, value));
        return parameters;
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("motrds-kit-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The sidecar of a process that was killed needs a moment to notice that and to close the store. */
    private static Datastore openWhenFree(Map<String, String> parameters) {
        for (int attempt = 0; ; attempt++) {
            try {
                return Datastores.open(parameters);
            } catch (DatastoreUnavailableException e) {
                if (attempt == 200) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
