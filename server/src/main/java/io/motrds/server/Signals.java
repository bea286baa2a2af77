package io.motrds.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handlers of signals. The JVM's own reaction to SIGTERM cannot be hurried by a second one, so a server needs handlers;
 * the only class that sets them is outside the Java standard and called by name for that reason.
 */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Calls a handler with a signal's number whenever it comes. Where that cannot be, the JVM reacts as ever. */
    static void handle(String signal, Consumer<Integer> handler) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object number = type.getMethod("getNumber")
                    .invoke(type.getConstructor(String.class).newInstance(signal));
            InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> arguments != null && proxy == arguments[0];
                case "toString" -> "handler of " + signal;
                default -> {
                    handler.accept((Integer) number);
                    yield null;
                }
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
            type.getMethod("handle", type, handlerType)
                    .invoke(null, type.getConstructor(String.class).newInstance(signal), proxy);
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.atDebug().addKeyValue("signal", signal).setCause(e).log("no handler for this signal");
        }
    }
}
