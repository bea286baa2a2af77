package io.motrds.api.spi;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Helps whoever mistyped a name. */
final class Suggestion {

    private static final int MAX_LENGTH = 100; // longer names are no slip of a finger

    private Suggestion() {}

    /** A continuation of the message "… is not known": the nearest name if one is near, and all of them. */
    static String of(String given, Collection<String> names) {
        if (names.isEmpty()) {
            return "; there are none";
        }
        String nearest = names.stream()
                .sorted()
                .min(Comparator.comparingInt(name -> distance(given, name)))
                .orElseThrow();
        boolean near = given.length() <= MAX_LENGTH && distance(given, nearest) <= Math.max(1, given.length() / 3);
        return (near ? "; did you mean " + nearest + "?" : ";") + " There are: "
                + String.join(", ", names.stream().sorted().toList());
    }

    /** Levenshtein's distance; case is ignored. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
