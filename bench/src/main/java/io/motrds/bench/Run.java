package io.motrds.bench;

/**
 * What one run did.
 *
 * @param work bytes, operations or keys, as the workload's unit says
 * @param nanos how long that took
 * @param peakBytes the most memory that its process had; 0 when it ran in this one
 */
record Run(double work, long nanos, long peakBytes) {

    static Run of(double work, long nanos) {
        return new Run(work, nanos, 0);
    }

    Run plus(Run other) {
        return new Run(work + other.work, nanos + other.nanos, Math.max(peakBytes, other.peakBytes));
    }

    /** In the unit: work a second, or seconds a run. */
    double figure(Unit unit) {
        double seconds = nanos / 1e9;
        return switch (unit) {
            case MB_PER_SECOND -> work / 1e6 / seconds;
            case OPERATIONS_PER_SECOND, KEYS_PER_SECOND -> work / seconds;
            case SECONDS -> seconds / work;
            case MEBIBYTES -> peakBytes / (double) (1 << 20);
            case MICROSECONDS -> seconds * 1e6 / work;
            case REQUESTS -> work;
        };
    }
}
