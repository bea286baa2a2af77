package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.FileBasedConfiguration;
import org.apache.commons.configuration2.JSONConfiguration;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.apache.commons.configuration2.YAMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;

/**
 * Reads the configuration of a store: from properties, YAML and JSON files, or from a Commons Configuration.
 *
 * <p>The store stands at the top, below {@code datastore}, or where kubo has it, below {@code Datastore.Spec}. Files are
 * only read: writing them back with Commons Configuration would lose structure.
 */
public final class ConfigReader {

    private static final Pattern INDEX = Pattern.compile("\\((\\d{1,9})\\)");

    private ConfigReader() {}

    /** Reads and checks a file; its ending says what it is, and one that starts with a brace is JSON. */
    public static StoreConfig read(Path file, Providers providers) {
        Path folder = file.toAbsolutePath().resolveSibling("");
        try {
            return read(load(file), folder, providers);
        } catch (MisconfiguredException e) {
            throw new MisconfiguredException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks a configuration.
     *
     * @param folder what relative paths start from
     */
    public static StoreConfig read(Configuration configuration, Path folder, Providers providers) {
        ConfigNode root = new ConfigNode("");
        if (configuration instanceof BaseHierarchicalConfiguration hierarchical) {
            copy(hierarchical.getNodeModel().getInMemoryRepresentation(), root);
        } else {
            copyFlat(configuration, root);
        }
        return StoreConfig.check(locate(root), providers, folder, List.of());
    }

    private static ConfigNode locate(ConfigNode root) {
        return root.child("datastore")
                .or(() -> root.child("Datastore").flatMap(kubo -> kubo.child("Spec")))
                .or(() -> root.child("type").map(type -> root))
                .orElseThrow(() -> new MisconfiguredException("no store is configured: expected datastore.type=…, a "
                        + "\"type\" at the top, or kubo's Datastore.Spec; found "
                        + (root.childNames().isEmpty() ? "nothing" : root.childNames())));
    }

    private static Configuration load(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new MisconfiguredException("there is no such configuration file", e);
        } catch (IOException e) {
            throw new MisconfiguredException("the configuration file cannot be read: " + e, e);
        }
        FileBasedConfiguration configuration = format(file, text);
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            configuration.read(reader);
        } catch (ConfigurationException | IOException | RuntimeException e) {
            throw new MisconfiguredException("the configuration file is malformed: " + firstLine(e), e);
        }
        return configuration;
    }

    private static FileBasedConfiguration format(Path file, String text) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".json") || text.stripLeading().startsWith("{")) {
            return new JSONConfiguration();
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return new YAMLConfiguration();
        }
        if (name.endsWith(".properties")) {
            PropertiesConfiguration properties = new PropertiesConfiguration();
            properties.setIncludesAllowed(false);
            return properties;
        }
        throw new MisconfiguredException(
                "the file's ending says nothing; allowed are .properties, .yaml, .yml and .json");
    }

    /** What a parser said, without the excerpt of the file that it may quote: that could be a secret. */
    private static String firstLine(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private static void copy(ImmutableNode from, ConfigNode to) {
        if (from.getValue() != null) {
            to.setText(from.getValue().toString());
        }
        for (ImmutableNode child : from.getChildren()) {
            boolean absent = child.getValue() == null && child.getChildren().isEmpty();
            if (!absent) { // null in JSON and YAML
                copy(child, to.add(child.getNodeName()));
            }
        }
    }

    /** Properties: dots separate names, and {@code mounts(0)} or {@code mounts.0} is an element of a list. */
    private static void copyFlat(Configuration from, ConfigNode root) {
        for (Iterator<String> keys = from.getKeys(); keys.hasNext(); ) {
            String key = keys.next();
            String[] names = INDEX.matcher(key).replaceAll(".$1").split("\\.", -1);
            ConfigNode node = root;
            for (int i = 0; i < names.length - 1; i++) {
                node = node.addOnce(names[i]);
            }
            Object value = from.getProperty(key);
            Collection<?> all = value instanceof Collection<?> collection ? collection : List.of(value);
            for (Object each : all) {
                node.add(names[names.length - 1]).setText(each.toString());
            }
        }
    }

    /** Checks parameters of one store that are given directly, named as in a properties file without a prefix. */
    public static StoreConfig read(Map<String, String> parameters, Path folder, Providers providers) {
        PropertiesConfiguration flat = new PropertiesConfiguration();
        parameters.forEach(flat::addProperty);
        return read(flat, folder, providers);
    }
}
