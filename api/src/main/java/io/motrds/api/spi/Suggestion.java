package io.motrds.api.spi;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Helps whoever mistyped a name. */
final class Suggestion {

    private static final int MAX_LENGTH = 100; // longer names are no slip of a finger

    private Suggestion() {}

    /** A continuation of the message "… is not known": the nearest name if one is near, and all of them. */
    static String of(String given, Collection<String> names) {
        if (names.isEmpty()) {
            return "; there are none";
        }
        List<String> sorted = names.stream().sorted().toList();
        return nearest(given, sorted)
                        .map(name -> "; did you mean " + name + "?")
                        .orElse(";") + " There are: " + String.join(", ", sorted);
    }

    private static Optional<String> nearest(String given, List<String> names) {
        if (given.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        int near = Math.max(1, given.length() / 3);
        return names.stream()
                .filter(name -> distance(given, name) <= near)
                .min(Comparator.comparingInt(name -> distance(given, name)));
    }

    /** How many letters were added, left out, changed, or swapped with their neighbour; case is ignored. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + changed, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
