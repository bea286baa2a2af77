package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}} and {@code ${sys:name}}; {@code ${env:NAME:-text}} gives the text when the variable is not
 * set, and one more dollar sign in front makes plain text of it all. Written as in Commons Configuration, but not done by
 * it: that knows many more look-ups, files, DNS and scripts among them, and looks again into what a look-up gave. Here
 * that is text and nothing else.
 */
final class LookUps {

    private static final Pattern LOOK_UP = Pattern.compile("(\\$?)\\$\\{([^}]*)(}?)");
    private static final Pattern KNOWN = Pattern.compile("(env|sys):([^{$]+?)(?::-(.*))?", Pattern.DOTALL);

    private LookUps() {}

    /**
     * Replaces the look-ups of a text.
     *
     * @param path where the text stands, for messages, which never show what a look-up gave
     * @param secret whether messages must not show the text either
     */
    static String replace(String text, String path, boolean secret) {
        return replace(text, path, secret, System::getenv);
    }

    static String replace(String text, String path, boolean secret, UnaryOperator<@Nullable String> environment) {
        Matcher matcher = LOOK_UP.matcher(text);
        StringBuilder replaced = new StringBuilder();
        while (matcher.find()) {
            String found = matcher.group(1).isEmpty()
                    ? lookUp(matcher, path, secret, environment)
                    : matcher.group().substring(1);
            matcher.appendReplacement(replaced, Matcher.quoteReplacement(found));
        }
        return matcher.appendTail(replaced).toString();
    }

    private static String lookUp(
            Matcher matcher, String path, boolean secret, UnaryOperator<@Nullable String> environment) {
        Matcher known = KNOWN.matcher(matcher.group(2));
        boolean closed = !matcher.group(3).isEmpty() && !matcher.group(2).contains("${");
        if (!closed || !known.matches()) {
            String what = secret ? "what it looks up" : Printable.start(matcher.group());
            throw new MisconfiguredException(path + ": " + what + " is not allowed; there are ${env:NAME} and "
                    + "${sys:name}, and $${ stands for a plain ${");
        }
        String name = known.group(2);
        String value = known.group(1).equals("env") ? environment.apply(name) : System.getProperty(name);
        if (value != null) {
            return value;
        }
        String otherwise = known.group(3);
        if (otherwise == null) {
            throw new MisconfiguredException(
                    path + ": ${" + known.group(1) + ":" + Printable.start(name) + "} is not set");
        }
        return otherwise;
    }
}
