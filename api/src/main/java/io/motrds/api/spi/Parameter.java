package io.motrds.api.spi;

import io.motrds.api.Key;
import io.motrds.api.RefusedInputException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a store: its name, type, default and one line of documentation.
 *
 * <p>A parameter is required unless it has a default or is {@linkplain #optional() optional}. Immutable: each method
 * returns a new one.
 *
 * <pre>{@code
 * static final Parameter<Path> PATH = Parameter.path("path", "folder of the database").required();
 * static final Parameter<Long> BUFFER = Parameter.bytes("writeBuffer", "memory for recent writes").byDefault("32MiB");
 * }</pre>
 *
 * @param <T> the Java type of its value
 */
public final class Parameter<T> {

    /** What a parameter's value is made of. */
    enum Kind {
        SCALAR,
        STORE,
        STORES
    }

    private static final Pattern SIZE = Pattern.compile("([0-9]+)\\s*(?:([kmgt])(i?))?b?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DURATION =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|min|h|d)", Pattern.CASE_INSENSITIVE);

    private final String name;
    private final String doc;
    private final String allowed;
    private final Kind kind;
    private final boolean secret;
    private final boolean required;
    private final @Nullable String byDefault;
    private final List<Parameter<?>> ofEach;
    private final Function<Source, T> parser;

    /** A given text and the folder that relative paths start from. */
    record Source(String text, Path folder) {}

    private Parameter(
            String name,
            String doc,
            String allowed,
            Kind kind,
            boolean secret,
            boolean required,
            @Nullable String byDefault,
            List<Parameter<?>> ofEach,
            Function<Source, T> parser) {
        this.name = name;
        this.doc = doc;
        this.allowed = allowed;
        this.kind = kind;
        this.secret = secret;
        this.required = required;
        this.byDefault = byDefault;
        this.ofEach = List.copyOf(ofEach);
        this.parser = parser;
    }

    private static <T> Parameter<T> scalar(String name, String doc, String allowed, Function<Source, T> parser) {
        return new Parameter<>(name, doc, allowed, Kind.SCALAR, false, true, null, List.of(), parser);
    }

    /** Any text. */
    public static Parameter<String> text(String name, String doc) {
        return scalar(name, doc, "text", Source::text);
    }

    /** A text that is masked wherever the configuration is shown. */
    public static Parameter<Secret> secret(String name, String doc) {
        return new Parameter<>(
                name,
                doc,
                "text, kept secret",
                Kind.SCALAR,
                true,
                true,
                null,
                List.of(),
                source -> new Secret(source.text()));
    }

    /** {@code true} or {@code false}. */
    public static Parameter<Boolean> flag(String name, String doc) {
        return scalar(
                name, doc, "true or false", source -> switch (source.text().toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException();
                });
    }

    /** A whole number within bounds, both inclusive. */
    public static Parameter<Integer> integer(String name, String doc, int min, int max) {
        String allowed =
                max == Integer.MAX_VALUE ? "a whole number from " + min : "a whole number from " + min + " to " + max;
        return scalar(name, doc, allowed, source -> {
            int number = Integer.parseInt(source.text());
            if (number < min || number > max) {
                throw new IllegalArgumentException();
            }
            return number;
        });
    }

    /** A number of bytes: {@code 4096}, {@code 64KiB}, {@code 32MiB}, {@code 1GiB}, or with decimal units {@code 1MB}. */
    public static Parameter<Long> bytes(String name, String doc) {
        return scalar(name, doc, "a number of bytes such as 4096, 64KiB or 32MiB", source -> {
            Matcher matcher = SIZE.matcher(source.text());
            if (!matcher.matches()) {
                throw new IllegalArgumentException();
            }
            String prefix = matcher.group(2);
            int power = prefix == null ? 0 : "kmgt".indexOf(prefix.toLowerCase(Locale.ROOT)) + 1;
            long unit = prefix == null || matcher.group(3).isEmpty() ? 1000 : 1024;
            long bytes = Long.parseLong(matcher.group(1));
            for (int i = 0; i < power; i++) {
                bytes = Math.multiplyExact(bytes, unit);
            }
            return bytes;
        });
    }

    /** A time such as {@code 250ms}, {@code 30s}, {@code 2m}, {@code 24h}. */
    public static Parameter<Duration> duration(String name, String doc) {
        return scalar(name, doc, "a time such as 250ms, 30s, 2m or 24h", source -> {
            Matcher matcher = DURATION.matcher(source.text());
            if (!matcher.matches()) {
                throw new IllegalArgumentException();
            }
            long millis = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "ms" -> 1;
                case "s" -> 1_000;
                case "h" -> 3_600_000;
                case "d" -> 86_400_000;
                default -> 60_000;
            };
            return Duration.ofMillis(new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(millis))
                    .longValueExact());
        });
    }

    /** A path; a relative one starts from the configuration file's folder, {@code ~/} from the home folder. */
    public static Parameter<Path> path(String name, String doc) {
        return scalar(name, doc, "a path", source -> {
            if (source.text().isEmpty()) {
                throw new IllegalArgumentException();
            }
            boolean home = source.text().equals("~") || source.text().startsWith("~/");
            Path path = home
                    ? Path.of(System.getProperty("user.home") + source.text().substring(1))
                    : Path.of(source.text());
            return source.folder().resolve(path).normalize();
        });
    }

    /** A datastore key. */
    public static Parameter<Key> key(String name, String doc) {
        return scalar(name, doc, "a key such as /blocks", source -> Key.of(source.text()));
    }

    /** One of some texts. */
    public static Parameter<String> choice(String name, String doc, String... choices) {
        List<String> all = List.of(choices);
        return scalar(name, doc, "one of " + String.join(", ", all), source -> {
            if (!all.contains(source.text())) {
                throw new IllegalArgumentException();
            }
            return source.text();
        });
    }

    /** A store inside this one. */
    public static Parameter<StoreConfig> store(String name, String doc) {
        return nested(name, doc, "a store: its type and parameters", Kind.STORE, List.of());
    }

    /**
     * A list of stores inside this one.
     *
     * @param ofEach parameters that each of them takes besides those of its type
     */
    public static Parameter<List<StoreConfig>> stores(String name, String doc, Parameter<?>... ofEach) {
        return nested(name, doc, "a list of stores", Kind.STORES, List.of(ofEach));
    }

    private static <T> Parameter<T> nested(
            String name, String doc, String allowed, Kind kind, List<Parameter<?>> ofEach) {
        return new Parameter<>(name, doc, allowed, kind, false, true, null, ofEach, source -> {
            throw new IllegalArgumentException();
        });
    }

    /** A value of any type, made from text. The function refuses with an IllegalArgumentException. */
    public static <T> Parameter<T> of(String name, String doc, String allowed, Function<String, T> parser) {
        return scalar(name, doc, allowed, source -> parser.apply(source.text()));
    }

    /** With a value for when none is given, written as in a configuration. */
    public Parameter<T> byDefault(String text) {
        return new Parameter<>(name, doc, allowed, kind, secret, false, text, ofEach, parser);
    }

    /** May be left out; see {@link StoreConfig#find}. */
    public Parameter<T> optional() {
        return new Parameter<>(name, doc, allowed, kind, secret, false, null, ofEach, parser);
    }

    /** Must be given. So it is from the start; the word makes declarations read well. */
    public Parameter<T> required() {
        return new Parameter<>(name, doc, allowed, kind, secret, true, null, ofEach, parser);
    }

    /** Its name in a configuration. */
    public String name() {
        return name;
    }

    /** What it is for, in one line. */
    public String doc() {
        return doc;
    }

    /** Which values are allowed, in words. */
    public String allowed() {
        return allowed;
    }

    /** Whether it must be given. */
    public boolean isRequired() {
        return required;
    }

    /** Whether its value is masked wherever the configuration is shown. */
    public boolean isSecret() {
        return secret;
    }

    /** The value when none is given, written as in a configuration. */
    public Optional<String> defaultText() {
        return Optional.ofNullable(byDefault);
    }

    Kind kind() {
        return kind;
    }

    List<Parameter<?>> ofEach() {
        return ofEach;
    }

    /** Parses a text; empty when it is not allowed. */
    Optional<T> parse(String text, Path folder) {
        try {
            return Optional.of(parser.apply(new Source(text.strip(), folder)));
        } catch (IllegalArgumentException | ArithmeticException | RefusedInputException e) {
            return Optional.empty();
        }
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
