package io.motrds.api.spi;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/** What a {@link BackendCommand} is run from: the configuration that the user named, and the streams. */
public interface CommandContext {

    /**
     * The store that {@code --config} or {@code MOTRDS_CONFIG} describes; empty when neither was given.
     *
     * @throws io.motrds.api.MisconfiguredException if it cannot work
     */
    Optional<StoreConfig> givenStore();

    /** Standard input. */
    InputStream in();

    /** Standard output, for data as it is. */
    OutputStream out();

    /** Prints a line on standard output; what could steer a terminal is made visible. */
    void line(String text);

    /** Prints one JSON object on a line of standard output. Values are texts, numbers, booleans or null. */
    void json(Map<String, ?> fields);

    /** Prints a message on standard error. */
    void warn(String text);

    /** Shows how far a long command is, on a line that the next call replaces; only where somebody watches. */
    void progress(String text);
}
