package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node of a configuration, whatever file it came from: a text, or named children of which each may occur many times. */
final class ConfigNode {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    private final String path;
    private final Map<String, List<ConfigNode>> children = new LinkedHashMap<>();
    private @Nullable String text;

    ConfigNode(String path) {
        this.path = path;
    }

    /** Adds a child of this name, behind others of the same name. */
    ConfigNode add(String name) {
        List<ConfigNode> same = children.computeIfAbsent(name, n -> new ArrayList<>());
        ConfigNode child = new ConfigNode(same.isEmpty() ? name(name) : name(name) + "[" + same.size() + "]");
        same.add(child);
        return child;
    }

    /** The first child of this name, added if there is none. */
    ConfigNode addOnce(String name) {
        return child(name).orElseGet(() -> add(name));
    }

    void setText(String text) {
        this.text = text;
    }

    boolean hasText() {
        return text != null;
    }

    /** Where the node stands, as in {@code datastore.mounts}; empty for the root. */
    String path() {
        return path;
    }

    /** Where a child stands. */
    String name(String child) {
        return path.isEmpty() ? child : path + "." + child;
    }

    Set<String> childNames() {
        return children.keySet();
    }

    List<ConfigNode> children(String name) {
        return children.getOrDefault(name, List.of());
    }

    Optional<ConfigNode> child(String name) {
        return children(name).stream().findFirst();
    }

    /** The elements of a list: children of one name, or in flat files the numbered children of a single one. */
    List<ConfigNode> list(String name) {
        List<ConfigNode> same = children(name);
        if (same.size() == 1) {
            Map<String, List<ConfigNode>> within = same.get(0).children;
            if (!within.isEmpty()
                    && within.keySet().stream()
                            .allMatch(key -> NUMBER.matcher(key).matches())) {
                return within.entrySet().stream()
                        .sorted(Comparator.comparing(entry -> Integer.valueOf(entry.getKey())))
                        .flatMap(entry -> entry.getValue().stream())
                        .toList();
            }
        }
        return same;
    }

    /** Its text, with look-ups of the environment and of system properties done. */
    String text() {
        String raw = text;
        if (raw == null) {
            throw new MisconfiguredException(path + " needs a single value, not "
                    + (children.isEmpty() ? "nothing" : "a group of " + childNames()));
        }
        return LookUps.replace(raw, path);
    }
}
