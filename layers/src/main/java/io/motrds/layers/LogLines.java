package io.motrds.layers;

import io.motrds.api.Key;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Writes one line for each operation: what, key, numbers, time, outcome, as in {@code get key="/a" bytes=3 ms=0.041
 * outcome=ok}. Values are never written.
 */
final class LogLines implements Observer {

    private final Logger logger;
    private final Level level;

    LogLines(Logger logger, Level level) {
        this.logger = logger;
        this.level = level;
    }

    @Override
    public boolean isWatching() {
        return logger.isEnabledForLevel(level);
    }

    @Override
    public void succeeded(Operation operation, @Nullable Key key, long count, long bytes, long nanos) {
        boolean onOneKey = key != null && operation != Operation.QUERY;
        StringBuilder line = start(operation, key);
        if (count != NONE && !onOneKey) {
            line.append(" keys=").append(count);
        }
        if (bytes != NONE) {
            line.append(" bytes=").append(bytes);
        }
        end(line, nanos, onOneKey && count == 0 ? "absent" : "ok");
    }

    @Override
    public void failed(Operation operation, @Nullable Key key, long nanos, Throwable failure) {
        String what = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        end(start(operation, key), nanos, "failed error=" + OneLine.quote(what));
    }

    private static StringBuilder start(Operation operation, @Nullable Key key) {
        StringBuilder line = new StringBuilder(80).append(operation);
        return key == null ? line : line.append(" key=").append(OneLine.quote(key.toString()));
    }

    private void end(StringBuilder line, long nanos, String outcome) {
        line.append(String.format(Locale.ROOT, " ms=%.3f outcome=", nanos / 1e6))
                .append(outcome);
        logger.atLevel(level).log(line.toString());
    }
}
