package io.motrds.layers;

import io.motrds.api.spi.Printable;

/** Keys and messages as fields of a log line: in quotation marks, on one line whatever they hold. */
final class OneLine {

    private OneLine() {}

    static String quote(String text) {
        return '"' + Printable.text(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }
}
