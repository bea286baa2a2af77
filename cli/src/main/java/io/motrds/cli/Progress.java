package io.motrds.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * A line on the terminal that says how far a long command is. Nothing is shown where nobody watches. Thread-safe.
 */
final class Progress {

    private static final long REDRAW_NANOS = 100_000_000;
    private static final int BAR_WIDTH = 30;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean watched;
    private final long total;
    private final long started = System.nanoTime();
    private long done;
    private long drawn;
    private boolean visible;

    /**
     * A progress that stands at nothing.
     *
     * @param total what is to be done in bytes; 0 when that is unknown
     */
    Progress(Shell shell, long total) {
        this.err = shell.err();
        this.watched = shell.watched();
        this.total = total;
    }

    /** Says where it stands. */
    synchronized void at(long bytes) {
        done = bytes;
        if (isDue()) {
            draw(line(System.nanoTime() - started));
        }
    }

    /** Shows a text of its own instead. */
    synchronized void show(String text) {
        if (isDue()) {
            draw(text);
        }
    }

    private boolean isDue() {
        return watched && System.nanoTime() - drawn >= REDRAW_NANOS;
    }

    private void draw(String text) {
        drawn = System.nanoTime();
        visible = true;
        err.print(ERASE_LINE + text);
        err.flush();
    }

    synchronized void advance(long bytes) {
        at(done + bytes);
    }

    /** Makes room for other output; the next step draws the line again. */
    synchronized void clear() {
        if (visible) {
            visible = false;
            drawn = 0;
            err.print(ERASE_LINE);
            err.flush();
        }
    }

    private String line(long nanos) {
        String speed = size((long) (done / Math.max(1e-3, nanos / 1e9))) + "/s";
        if (total <= 0) {
            return size(done) + "  " + speed;
        }
        double part = Math.min(1, (double) done / total);
        int filled = (int) (part * BAR_WIDTH);
        return "[" + "=".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "] " + (int) (part * 100) + " %  "
                + size(done) + " of " + size(total) + "  " + speed;
    }

    /** A number of bytes for people: {@code 93.8 MiB}. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int power = Math.min(6, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return String.format(Locale.ROOT, "%.1f %siB", bytes / Math.pow(1024, power), "KMGTPE".charAt(power - 1));
    }
}
