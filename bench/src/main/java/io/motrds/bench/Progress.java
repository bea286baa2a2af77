package io.motrds.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Says on a terminal what is measured now, on one line; in a file, one line for each workload. */
final class Progress {

    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private String shown = "";
    private int step;
    private int steps;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** How many workloads there are. */
    void expect(int workloads) {
        steps = workloads;
    }

    /** A workload begins. */
    void begin(String what) {
        step++;
        if (!terminal) {
            out.println(prefix() + what);
        }
    }

    /** A run begins. */
    void at(String what, String contestant, int round, int rounds) {
        show(what + ": " + contestant
                + (round < 0 ? ", warm-up" : String.format(Locale.ROOT, ", round %d of %d", round + 1, rounds)));
    }

    /** Shows what happens now. */
    void show(String text) {
        if (terminal) {
            String line = prefix() + text;
            line = line.length() > 118 ? line.substring(0, 118) : line;
            out.print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
            out.flush();
            shown = line;
        }
    }

    /** Something that stays on the screen. */
    void say(String text) {
        clear();
        out.println(text);
    }

    /** Takes the line away. */
    void clear() {
        if (terminal) {
            out.print("\r" + " ".repeat(shown.length()) + "\r");
            out.flush();
            shown = "";
        }
    }

    private String prefix() {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        return String.format(Locale.ROOT, "%d:%02d [%d/%d] ", seconds / 60, seconds % 60, step, steps);
    }
}
