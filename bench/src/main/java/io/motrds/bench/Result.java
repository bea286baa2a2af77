package io.motrds.bench;

import java.util.List;
import java.util.Map;

/**
 * One workload on all contestants that took part.
 *
 * @param figures by contestant; yardsticks of the machine are among them
 * @param ratios of contestants with what they are compared with
 */
record Result(String workload, Unit unit, Map<String, Summary> figures, List<PairedRatio> ratios) {

    /** A contestant's median; not a number when it did not take part. */
    double median(String contestant) {
        Summary summary = figures.get(contestant);
        return summary == null ? Double.NaN : summary.median();
    }
}
