package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node of a configuration, whatever it came from: a text, named children, or a list whose children are numbered. */
final class ConfigNode {

    // Far beyond any real configuration; a file that unfolds to more is an attack or a mistake.
    private static final int MAX_NODES = 100_000;
    private static final int MAX_DEPTH = 100;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final String path;
    private final int depth;
    private final int[] nodes; // how many there are, shared by all nodes of a tree
    private final Map<String, ConfigNode> children = new LinkedHashMap<>();
    private @Nullable String text;
    private boolean list;

    private ConfigNode(String path, int depth, int[] nodes) {
        this.path = path;
        this.depth = depth;
        this.nodes = nodes;
    }

    static ConfigNode root() {
        return new ConfigNode("", 0, new int[1]);
    }

    /**
     * Adds a child.
     *
     * @throws MisconfiguredException if there is one of this name already
     */
    ConfigNode add(String name) {
        if (children.containsKey(name)) {
            throw new MisconfiguredException(name(name) + " is given more than once; give it once");
        }
        return insert(name, name(name));
    }

    /** The child of this name, added if there is none. */
    ConfigNode addOnce(String name) {
        ConfigNode child = children.get(name);
        return child != null ? child : insert(name, name(name));
    }

    /** Adds an element behind the others, which makes this node a list. */
    ConfigNode addElement() {
        list = true;
        return insert(String.valueOf(children.size()), path + "[" + children.size() + "]");
    }

    private ConfigNode insert(String name, String childPath) {
        if (depth == MAX_DEPTH || ++nodes[0] > MAX_NODES) {
            throw new MisconfiguredException("the configuration is too large: it may be nested " + MAX_DEPTH
                    + " deep and hold " + MAX_NODES + " values");
        }
        ConfigNode child = new ConfigNode(childPath, depth + 1, nodes);
        children.put(name, child);
        return child;
    }

    /** Makes this a list, which may stay empty. */
    void setList() {
        list = true;
    }

    /**
     * Sets the text.
     *
     * @throws MisconfiguredException if there is one already
     */
    void setText(String text) {
        if (this.text != null) {
            throw new MisconfiguredException(path + " is given more than once; give it once");
        }
        this.text = text;
    }

    /** Where the node stands, as in {@code datastore.mounts[0]}; empty for the root. */
    String path() {
        return path;
    }

    /** Where a child stands. */
    String name(String child) {
        return path.isEmpty() ? Printable.start(child) : path + "." + Printable.start(child);
    }

    Set<String> childNames() {
        return children.keySet();
    }

    Optional<ConfigNode> child(String name) {
        return Optional.ofNullable(children.get(name));
    }

    /** Whether it is a group of named values, as a store must be. */
    boolean isGroup() {
        return text == null && !list && !children.isEmpty();
    }

    /** What it is, in words that do not show what it holds. */
    String kind() {
        if (list) {
            return "a list";
        }
        if (children.isEmpty()) {
            return text == null ? "nothing" : "a text";
        }
        return text == null ? "a group of values" : "both a text and a group of values";
    }

    /** The elements of a list; in flat files these are the numbered children. A single group is a list of one. */
    Collection<ConfigNode> elements() {
        if (list) {
            return children.values();
        }
        if (!isGroup()) {
            throw new MisconfiguredException(path + " must be a list of stores, not " + kind());
        }
        if (!children.keySet().stream().allMatch(key -> NUMBER.matcher(key).matches())) {
            return List.of(this);
        }
        return children.entrySet().stream()
                .sorted(Comparator.comparing(entry -> Integer.valueOf(entry.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Its text as it was given, look-ups not yet replaced. */
    String text() {
        String given = text;
        if (given == null || !children.isEmpty()) {
            throw new MisconfiguredException(path + " must be a single value, not " + kind());
        }
        return given;
    }
}
