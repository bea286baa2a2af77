package io.motrds.api.spi;

/** Shows what was given in a message: cut to a hundred characters, with what a terminal could stumble over made visible. */
final class Quote {

    private static final int MAX = 100;

    private Quote() {}

    static String of(String text) {
        return "\"" + plain(text) + "\"";
    }

    static String plain(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MAX).forEach(c -> {
            boolean harmful = switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> true;
                default -> false;
            };
            shown.append(harmful ? String.format("\\u%04x", c) : Character.toString(c));
        });
        return shown.append(text.codePointCount(0, text.length()) > MAX ? "…" : "")
                .toString();
    }
}
