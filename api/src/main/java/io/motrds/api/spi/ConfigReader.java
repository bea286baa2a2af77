package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;

/**
 * Reads the configuration of a store: from properties, YAML and JSON files, or from a Commons Configuration.
 *
 * <p>The store stands below {@code datastore}, where kubo has it, below {@code Datastore.Spec}, or at the top. Of a
 * Commons Configuration the raw values are taken, so that only our own look-ups are done, whatever its interpolator can.
 */
public final class ConfigReader {

    private static final int MAX_BYTES = 1 << 20; // a kubo config with all its peers has some 10 KiB

    private ConfigReader() {}

    /** Reads and checks a file; its ending says what it is, and one without that starts with a brace is JSON. */
    public static StoreConfig read(Path file, Providers providers) {
        Path folder = file.toAbsolutePath().resolveSibling("");
        try {
            return check(load(file), providers, folder);
        } catch (MisconfiguredException e) {
            throw new MisconfiguredException(file + ": " + e.getMessage(), e.getCause());
        }
    }

    /**
     * Checks a configuration.
     *
     * @param folder what relative paths start from
     */
    public static StoreConfig read(Configuration configuration, Path folder, Providers providers) {
        ConfigNode root = ConfigNode.root();
        if (configuration instanceof HierarchicalConfiguration<?> hierarchical) {
            copy(hierarchical.getNodeModel().getInMemoryRepresentation(), root);
        } else {
            copyFlat(configuration, root);
        }
        return check(root, providers, folder);
    }

    /** Checks parameters of one store that are given directly, named as in a properties file without a prefix. */
    public static StoreConfig read(Map<String, String> parameters, Path folder, Providers providers) {
        ConfigNode root = ConfigNode.root();
        parameters.forEach((name, value) -> PropertiesFile.node(root, name).setText(value));
        return check(root, providers, folder);
    }

    private static StoreConfig check(ConfigNode root, Providers providers, Path folder) {
        return StoreConfig.check(locate(root), providers, folder.toAbsolutePath(), List.of());
    }

    private static ConfigNode locate(ConfigNode root) {
        return root.child("datastore")
                .or(() -> root.child("Datastore").flatMap(kubo -> kubo.child("Spec")))
                .or(() -> root.child("type").map(type -> root))
                .orElseThrow(() -> new MisconfiguredException("no store is configured: expected datastore.type, a type "
                        + "at the top, or kubo's Datastore.Spec; found " + found(root)));
    }

    private static String found(ConfigNode root) {
        if (!root.isGroup()) {
            return root.kind();
        }
        String some = root.childNames().stream().limit(10).map(Printable::start).collect(Collectors.joining(", "));
        return some + (root.childNames().size() > 10 ? ", …" : "");
    }

    private static ConfigNode load(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String text = readText(file);
        ConfigNode root = ConfigNode.root();
        if (name.endsWith(".properties")) {
            PropertiesFile.parse(text, root);
        } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            YamlFile.parse(text, root);
        } else if (name.endsWith(".json") || text.stripLeading().startsWith("{")) {
            JsonFile.parse(text, root);
        } else {
            throw new MisconfiguredException(
                    "the file's ending says nothing; allowed are .properties, .yaml, .yml and .json");
        }
        return root;
    }

    private static String readText(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new MisconfiguredException("the configuration file is larger than " + MAX_BYTES + " bytes");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text; // the byte order mark of some editors
        } catch (NoSuchFileException e) {
            throw new MisconfiguredException("there is no such configuration file", e);
        } catch (CharacterCodingException e) {
            throw new MisconfiguredException("the configuration file is not UTF-8 text", e);
        } catch (IOException e) {
            throw new MisconfiguredException("the configuration file cannot be read: " + e, e);
        }
    }

    /** An error that says where, but not what stands there or what a parser said of it: that could be a secret. */
    static MisconfiguredException malformed(String format, int line, int column) {
        return new MisconfiguredException("not valid " + format + " at line " + line + ", column " + column);
    }

    /** Hierarchical configurations have a list as children of one name. */
    private static void copy(ImmutableNode from, ConfigNode to) {
        if (from.getValue() != null) {
            to.setText(from.getValue().toString());
        }
        from.getAttributes().forEach((name, value) -> to.add(name).setText(String.valueOf(value)));
        for (ImmutableNode child : from.getChildren()) {
            boolean absent = child.getValue() == null
                    && child.getChildren().isEmpty()
                    && child.getAttributes().isEmpty(); // null in JSON and YAML
            if (!absent) {
                boolean listed = from.getChildren(child.getNodeName()).size() > 1;
                String name = child.getNodeName();
                copy(child, listed ? to.addOnce(name).addElement() : to.add(name));
            }
        }
    }

    private static void copyFlat(Configuration from, ConfigNode root) {
        for (Iterator<String> keys = from.getKeys(); keys.hasNext(); ) {
            String key = keys.next();
            Object value = from.getProperty(key);
            ConfigNode node = PropertiesFile.node(root, key);
            if (value instanceof Collection<?> several) {
                several.forEach(each -> node.addElement().setText(String.valueOf(each)));
            } else if (value != null) {
                node.setText(value.toString());
            }
        }
    }
}
