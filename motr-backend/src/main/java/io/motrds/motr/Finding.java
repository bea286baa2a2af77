package io.motrds.motr;

/**
 * What {@code motrds doctor} found out about one thing.
 *
 * @param step what was looked at
 * @param ok whether it is as it should be
 * @param message what was found
 * @param advice what to do about it; empty when it is as it should be
 */
record Finding(Step step, boolean ok, String message, String advice) {

    /** What is looked at, in this order; each needs those before it. */
    enum Step {
        LIBRARY("library", "install Motr, or give the path of libmotr.so.2 with --library (parameter library)"),
        HA("haxAddr", "check that the cluster runs and that haxAddr is the endpoint of its HA service (hctl status)"),
        LOCAL("localAddr", "give this process an endpoint of its own, on an address of this machine"),
        LOADING("loading", "use a libmotr of a version that was tried; docs/motr.md says which"),
        CLIENT(
                "client",
                "check processFid and profileFid against the cluster's configuration: a process that it lacks ends the"
                        + " client library"),
        INDEX("index", "create it with motrds index FID --create, or correct index"),
        WRITE("write", "see the message; when no answer came, check the cluster's servers");

        private final String text;
        private final String advice;

        Step(String text, String advice) {
            this.text = text;
            this.advice = advice;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Finding good(Step step, String message) {
        return new Finding(step, true, message, "");
    }

    static Finding bad(Step step, String message) {
        return new Finding(step, false, message, step.advice);
    }

    /** On one line, for {@link #parse}. */
    String format() {
        return (ok ? "good " : "bad ") + step.name() + " " + message.replace('\n', ' ');
    }

    /** Reads what {@link #format} wrote. */
    static Finding parse(String line) {
        String[] parts = line.split(" ", 3);
        Step step = Step.valueOf(parts[1]);
        return parts[0].equals("good") ? good(step, parts[2]) : bad(step, parts[2]);
    }
}
