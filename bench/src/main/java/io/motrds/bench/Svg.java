package io.motrds.bench;

import java.util.Locale;

/** Draws an SVG, element by element. */
final class Svg {

    static final String INK = "#1f2933";
    static final String FAINT = "#6b7785";
    static final String GRID = "#e3e7ec";
    static final String GOOD = "#0b7a75";
    static final String OTHER = "#b4540a";
    static final String[] LINES = {
        "#0b7a75", "#b4540a", "#3457a6", "#8a3b8f", "#5f7a1e", "#a12b3c", "#4a5560", "#c08a00", "#6cb8e6", "#d67fb0"
    };

    private final StringBuilder text = new StringBuilder();

    Svg(int width, int height) {
        add(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"DejaVu Sans, Verdana, sans-serif\">",
                width,
                height,
                width,
                height));
        add(String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height));
    }

    private void add(String element) {
        text.append(element).append('\n');
    }

    void text(double x, double y, String anchor, int size, boolean bold, String color, String content) {
        add(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" font-weight=\"%s\" fill=\"%s\">%s</text>",
                x,
                y,
                anchor,
                size,
                bold ? "bold" : "normal",
                color,
                escaped(content)));
    }

    void line(double x1, double y1, double x2, double y2, String color, double width) {
        line(x1, y1, x2, y2, color, width, 1);
    }

    void line(double x1, double y1, double x2, double y2, String color, double width, double opacity) {
        add(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\""
                        + " stroke-opacity=\"%.2f\" stroke-linecap=\"round\"/>",
                x1,
                y1,
                x2,
                y2,
                color,
                width,
                opacity));
    }

    void circle(double x, double y, double radius, String color, boolean filled) {
        add(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.5\"/>",
                x,
                y,
                radius,
                filled ? color : "#ffffff",
                color));
    }

    String end() {
        return text.append("</svg>\n").toString();
    }

    /** Text as it stands in XML and HTML. */
    static String escaped(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
