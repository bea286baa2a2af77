package io.motrds.layers;

import io.motrds.api.Key;
import io.motrds.api.query.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which mount holds which keys: that with the longest mountpoint of those that cover a key. */
final class MountTable {

    /** A range of keys that one mount holds, all of them. */
    record Segment(KeyRange range, Mount mount) {}

    private final List<Mount> longestFirst;
    private final List<Segment> segments;

    MountTable(List<Mount> mounts) {
        Comparator<Mount> byLength = Comparator.comparing(mount -> mount.point().length());
        this.longestFirst = mounts.stream().sorted(byLength.reversed()).toList();
        this.segments = segments();
    }

    /** The mounts, the longest mountpoint first. */
    List<Mount> mounts() {
        return longestFirst;
    }

    /** The mount that holds the key; empty when none does. */
    Optional<Mount> find(Key key) {
        for (Mount mount : longestFirst) {
            if (mount.covers(key)) {
                return Optional.of(mount);
            }
        }
        return Optional.empty();
    }

    /** All keys that any mount holds, in key order. A mount has several segments when others are mounted within it. */
    List<Segment> inKeyOrder() {
        return segments;
    }

    private List<Segment> segments() {
        TreeSet<byte[]> bounds = new TreeSet<>(Arrays::compareUnsigned);
        for (Mount mount : longestFirst) {
            bounds.add(mount.range().from());
            mount.range().to().ifPresent(bounds::add);
        }
        List<Segment> found = new ArrayList<>();
        for (byte[] from : bounds) {
            byte @Nullable [] to = bounds.higher(from);
            KeyRange range = KeyRange.between(from, to);
            longestFirst.stream()
                    .filter(mount -> mount.range().and(range).equals(range))
                    .findFirst()
                    .ifPresent(mount -> found.add(new Segment(range, mount)));
        }
        return List.copyOf(found);
    }
}
