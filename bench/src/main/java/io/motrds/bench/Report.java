package io.motrds.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All that one run of the benchmark found; its JSON is the form that is kept, everything else is drawn from it.
 *
 * @param started when, ISO 8601
 * @param command the options that it was started with
 * @param contestants what each name stands for
 * @param yardsticks what the machine can do at best, MB/s
 * @param growth cost against the number of keys
 * @param pieces of JMH
 * @param notRun what did not run, and why
 */
record Report(
        String started,
        double minutes,
        String command,
        Machine machine,
        Map<String, String> contestants,
        Map<String, Summary> yardsticks,
        List<Result> results,
        List<Growth> growth,
        List<Piece> pieces,
        List<String> notRun) {

    /**
     * Cost of one operation of one store against the number of keys.
     *
     * @param store the contestant
     * @param operation as in {@code get}
     * @param unit of the figures
     */
    record Growth(String store, String operation, Unit unit, List<Point> points) {}

    /** A figure at a number of keys. */
    record Point(long keys, Summary figure) {}

    /**
     * A small piece, measured by JMH.
     *
     * @param nanos a call, mean
     * @param error half of the 99.9 % interval
     */
    record Piece(String name, double nanos, double error) {}

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void writeJson(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    static Report readJson(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Report.class);
    }
}
