package io.motrds.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.motrds.api.spi.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output: lines of text, lines of JSON, or bytes, all UTF-8, buffered. The first failure is kept and thrown from
 * every later call, so that nobody who prints can lose it: {@link java.io.PrintStream} would. Thread-safe.
 */
final class Output extends OutputStream {

    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;
    private final boolean piped;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;
    private @Nullable OutputException failure;

    Output(OutputStream out, boolean piped) {
        this.out = out;
        this.piped = piped;
    }

    /** What one line of JSON holds. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** Prints a line. What names came from outside goes through {@link Printable#text} first. */
    void line(String text) {
        try {
            write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints one JSON object on a line of its own. */
    void json(Fields fields) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            write(line.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands on what is buffered, for results that somebody waits for. */
    void show() {
        try {
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > buffer.length - used) {
            flush();
        }
        if (length > buffer.length) {
            attempt(() -> out.write(bytes, offset, length));
        } else {
            System.arraycopy(bytes, offset, buffer, used, length);
            used += length;
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        attempt(() -> {
            int length = used;
            used = 0;
            out.write(buffer, 0, length);
            out.flush();
        });
    }

    /** Hands on what is buffered and closes: a full disk on a network shows only then. */
    @Override
    public synchronized void close() throws IOException {
        flush();
        attempt(out::close);
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    private void attempt(Attempt attempt) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            attempt.run();
        } catch (IOException e) {
            // the system's words may be in another language
            failure = new OutputException(
                    e, piped || String.valueOf(e.getMessage()).contains("Broken pipe"));
            throw failure;
        }
    }
}
