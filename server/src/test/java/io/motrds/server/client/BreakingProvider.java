package io.motrds.server.client;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.DatastoreUnavailableException;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * LevelDB that a key can break: {@code /abort} ends the JVM at once, {@code /hang} hangs, {@code /away} is unavailable,
 * {@code /full} finds no memory.
 */
public final class BreakingProvider implements DatastoreProvider {

    private static final Parameter<Path> PATH = Parameter.path("path", "folder of the database");

    @Override
    public String type() {
        return "breaking";
    }

    @Override
    public String description() {
        return "a store that breaks";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(PATH);
    }

    @Override
    public Datastore open(StoreConfig config) {
        Datastore store = Datastores.open(
                Map.of("type", "levelds", "path", config.get(PATH).resolve("db").toString()));
        return breaking(Datastore.class, store);
    }

    private static <T> T breaking(Class<T> type, T whole) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Key key) {
                        breakAt(key.toString());
                    }
                    try {
                        Object result = method.invoke(whole, arguments);
                        return result instanceof Batch batch ? breaking(Batch.class, batch) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static void breakAt(String key) throws InterruptedException {
        switch (key) {
            case "/abort" -> Runtime.getRuntime().halt(134);
            case "/hang" -> new CountDownLatch(1).await();
            case "/full" -> throw new OutOfMemoryError("as a test wants it");
            case "/away" -> throw new DatastoreUnavailableException("the store is away");
            default -> {}
        }
    }
}
