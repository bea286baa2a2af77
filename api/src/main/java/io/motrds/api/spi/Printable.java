package io.motrds.api.spi;

/**
 * Text that came from outside, as it may stand in a message, a log line or on a terminal: what could break or forge
 * a line, turn the direction of writing, is invisible, or is no valid Unicode, is shown as {@code \}{@code uXXXX}.
 */
public final class Printable {

    private static final int QUOTED = 100;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Printable() {}

    /** The whole text. */
    public static String text(String text) {
        if (text.codePoints().noneMatch(Printable::isHarmful)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isHarmful(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** At most the first hundred code points; that more follow shows as an ellipsis. */
    public static String start(String text) {
        if (text.codePointCount(0, text.length()) <= QUOTED) {
            return text(text);
        }
        return text(text.substring(0, text.offsetByCodePoints(0, QUOTED))) + "…";
    }

    /** {@link #start} in quotation marks. */
    public static String quoted(String text) {
        return "\"" + start(text) + "\"";
    }

    private static boolean isHarmful(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT ->
                codePoint != ZERO_WIDTH_NON_JOINER && codePoint != ZERO_WIDTH_JOINER; // in words, emoji
            default -> false;
        };
    }
}
