package io.motrds.layers;

/** Keys and messages as they may stand in a log: quoted, and with what could break or forge a line made visible. */
final class OneLine {

    private OneLine() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            int kind = Character.getType(c);
            boolean hidden = Character.isISOControl(c)
                    || kind == Character.FORMAT // such as those that turn the direction of writing
                    || kind == Character.LINE_SEPARATOR
                    || kind == Character.PARAGRAPH_SEPARATOR
                    || kind == Character.SURROGATE;
            if (hidden) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                if (c == '"' || c == '\\') {
                    quoted.append('\\');
                }
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
