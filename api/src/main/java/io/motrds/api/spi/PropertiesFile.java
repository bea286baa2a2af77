package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.apache.commons.configuration2.PropertiesConfiguration.PropertiesReader;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;

/**
 * Reads properties with the reader of Commons Configuration, and nothing more of it: no includes, no splitting of values
 * into lists. Dots separate names; {@code mounts.0}, {@code mounts(0)} and {@code mounts[0]} are elements of a list.
 */
final class PropertiesFile {

    private static final Pattern INDEX = Pattern.compile("\\(([0-9]{1,9})\\)|\\[([0-9]{1,9})]");

    private PropertiesFile() {}

    static void parse(String text, ConfigNode root) {
        PropertiesReader reader = new PropertiesReader(new StringReader(text));
        try {
            while (reader.nextProperty()) {
                String name = reader.getPropertyName();
                if (name.equalsIgnoreCase("include") || name.equalsIgnoreCase("includeoptional")) {
                    throw new MisconfiguredException(
                            name + " in line " + reader.getLineNumber() + " is not supported: give one whole file");
                }
                node(root, name).setText(reader.getPropertyValue());
            }
        } catch (ConfigurationRuntimeException e) { // an escape that is none
            throw ConfigReader.malformed("properties", reader.getLineNumber(), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node of a name with dots, made with all that is above it. */
    static ConfigNode node(ConfigNode root, String name) {
        ConfigNode node = root;
        for (String part : INDEX.matcher(name).replaceAll(".$1$2").split("\\.", -1)) {
            node = node.addOnce(part);
        }
        return node;
    }
}
