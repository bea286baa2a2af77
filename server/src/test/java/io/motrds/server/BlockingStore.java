package io.motrds.server;

import io.motrds.api.Batch;
import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.api.Key;
import io.motrds.api.query.QueryResults;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory whose calls for {@code /block} wait, in batches, too, and that counts the open results of queries. */
final class BlockingStore {

    final CountDownLatch go = new CountDownLatch(1);
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger openResults = new AtomicInteger();
    private final Datastore memory = Datastores.open(Map.of("type", "mem"));

    Datastore store() {
        return blocking(Datastore.class, memory);
    }

    private <T> T blocking(Class<T> type, T whole) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Key key && key.equals(Key.of("/block"))) {
                        waiting.incrementAndGet();
                        go.await();
                    }
                    Object result = invoke(method, whole, arguments);
                    if (result instanceof Batch batch) {
                        return blocking(Batch.class, batch);
                    }
                    return result instanceof QueryResults results ? counted(results) : result;
                }));
    }

    private static Object invoke(java.lang.reflect.Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private QueryResults counted(QueryResults results) {
        openResults.incrementAndGet();
        return (QueryResults) Proxy.newProxyInstance(
                QueryResults.class.getClassLoader(),
                new Class<?>[] {QueryResults.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        openResults.decrementAndGet();
                    }
                    return invoke(method, results, arguments);
                });
    }
}
