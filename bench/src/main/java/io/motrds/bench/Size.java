package io.motrds.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 256KiB}, {@code 93.83 MiB}. */
final class Size {

    private static final Pattern TEXT =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([kmg]?)(?:ib|b)?", Pattern.CASE_INSENSITIVE);

    private Size() {}

    /** Bytes of a size; k, m and g are powers of 1,024. */
    static int parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no size; write it as 256KiB or 93.83MiB");
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        double bytes = Double.parseDouble(matcher.group(1)) * (1L << shift);
        if (bytes < 1 || bytes > 1 << 30) {
            throw new IllegalArgumentException("\"" + text + "\" is out of bounds; allowed is 1 byte to 1 GiB");
        }
        return (int) Math.round(bytes);
    }

    static String text(long bytes) {
        if (bytes >= 1 << 20) {
            return trim(bytes / (double) (1 << 20)) + " MiB";
        }
        return bytes >= 1 << 10 ? trim(bytes / 1024.0) + " KiB" : bytes + " B";
    }

    private static String trim(double number) {
        String text = String.format(Locale.ROOT, "%.2f", number);
        return text.replaceAll("\\.?0+$", "");
    }
}
