package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.io.StringReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML as far as its tree: no objects are made of it, so no tag can name a class, and {@code 0123}, {@code no} and
 * {@code 2026-01-01} are the texts that they look like. Null is as if it were not given.
 */
final class YamlFile {

    private static final Set<Tag> TAGS =
            Set.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.NULL, Tag.BOOL, Tag.INT, Tag.FLOAT, Tag.TIMESTAMP);

    private YamlFile() {}

    static void parse(String text, ConfigNode root) {
        Node node = compose(text);
        if (node != null) {
            read(node, root);
        }
    }

    private static @Nullable Node compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setTagInspector(tag -> true); // nothing is made of a tag here, and we have a clearer word for it
        try {
            return new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            throw malformed(e.getProblemMark());
        } catch (RuntimeException e) { // has no place: characters that YAML has not, too many aliases, a bad escape
            throw new MisconfiguredException(
                    "not valid YAML: a character or escape that is not allowed, or too many aliases");
        }
    }

    private static RuntimeException malformed(Mark at) {
        return ConfigReader.malformed("YAML", at.getLine() + 1, at.getColumn() + 1);
    }

    private static void read(Node node, ConfigNode to) {
        if (!TAGS.contains(node.getTag())) {
            throw new MisconfiguredException(
                    "YAML tags such as the one at line " + (node.getStartMark().getLine() + 1) + " are not supported");
        }
        if (node instanceof MappingNode mapping) {
            for (NodeTuple each : mapping.getValue()) {
                if (!(each.getKeyNode() instanceof ScalarNode name)) {
                    throw malformed(each.getKeyNode().getStartMark());
                }
                if (!isNull(each.getValueNode())) {
                    read(each.getValueNode(), to.add(name.getValue()));
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            to.setList();
            for (Node each : sequence.getValue()) {
                read(each, to.addElement());
            }
        } else if (node instanceof ScalarNode scalar && !isNull(node)) {
            to.setText(scalar.getValue());
        }
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }
}
