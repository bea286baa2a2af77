package io.motrds.api.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import io.motrds.api.MisconfiguredException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configuration files of every kind, well formed and not. */
class ConfigFileTest {

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private StoreConfig read(String name, String text) throws IOException {
        return ConfigReader.read(write(name, text), TestTypes.ALL);
    }

    private String refused(String name, String text) throws IOException {
        return refused(write(name, text));
    }

    private static String refused(Path file) {
        MisconfiguredException e =
                assertThrows(MisconfiguredException.class, () -> ConfigReader.read(file, TestTypes.ALL));
        String message = e.getMessage();
        assertTrue(message.startsWith(file.toString()), "names the file: " + message);
        assertEquals(1, message.lines().count(), "one line: " + message);
        assertTrue(message.length() < 1000, "short: " + message);
        return message.substring(file.toString().length() + 2);
    }

    private void assertDisk(StoreConfig config) {
        assertEquals("disk", config.type());
        assertEquals(folder.resolve("data"), config.get(TestTypes.PATH));
        assertEquals(64L << 20, config.get(TestTypes.BUFFER));
        assertFalse(config.get(TestTypes.SYNC));
        assertEquals("snappy", config.get(TestTypes.COMPRESSION), "the default");
    }

    private void assertNested(StoreConfig config) {
        assertEquals("mount", config.type());
        List<StoreConfig> mounts = config.get(TestTypes.MOUNTS);
        assertEquals(
                List.of("measure", "mem"),
                mounts.stream().map(StoreConfig::type).toList());
        assertEquals(Key.of("/blocks"), mounts.get(0).get(TestTypes.MOUNTPOINT));
        assertEquals(Key.ROOT, mounts.get(1).get(TestTypes.MOUNTPOINT));
        assertEquals("blocks.disk", mounts.get(0).get(TestTypes.PREFIX));
        StoreConfig disk = mounts.get(0).get(TestTypes.CHILD);
        assertEquals(folder.resolve("blocks"), disk.get(TestTypes.PATH));
        assertEquals(mounts, config.stores());
        assertEquals(List.of(disk), mounts.get(0).stores());
        assertEquals(List.of(), disk.stores());
    }

    @Test
    void propertiesAreRead() throws IOException {
        assertDisk(read("a.properties", """
                # where blocks are
                datastore.type = disk
                datastore.path=data
                datastore.writeBuffer: 64MiB
                datastore.sync false
                elsewhere.type = ignored
                """));
    }

    @Test
    void yamlIsRead() throws IOException {
        String yaml = """
                # where blocks are
                datastore:
                  type: disk
                  path: data
                  writeBuffer: 64MiB
                  sync: false
                elsewhere: [ignored]
                """;
        assertDisk(read("a.yaml", yaml));
        assertDisk(read("A.YML", yaml));
        assertDisk(read("flow.yaml", "{datastore: {type: disk, path: data, writeBuffer: 64MiB, sync: false}}"));
    }

    @Test
    void jsonIsRead() throws IOException {
        String json = "{\"datastore\":{\"type\":\"disk\",\"path\":\"data\",\"writeBuffer\":67108864,\"sync\":false}}";
        assertDisk(read("a.json", json));
        assertDisk(read("config", " \n" + json)); // kubo's has no ending
    }

    @ParameterizedTest
    @ValueSource(strings = {"datastore.mounts.%d.%s", "datastore.mounts(%d).%s", "datastore.mounts[%d].%s"})
    void propertiesNumberTheElementsOfAList(String form) throws IOException {
        String text = "datastore.type=mount\n"
                + form.formatted(1, "type=mem\n")
                + form.formatted(1, "mountpoint=/\n")
                + form.formatted(0, "type=measure\n")
                + form.formatted(0, "mountpoint=/blocks\n")
                + form.formatted(0, "prefix=blocks.disk\n")
                + form.formatted(0, "child.type=disk\n")
                + form.formatted(0, "child.path=blocks\n");
        assertNested(read("a.properties", text));
    }

    @Test
    void elementsComeInTheOrderOfTheirNumbers() throws IOException {
        String text = "type=mount\n"
                + IntStream.of(10, 9, 2, 0, 1)
                        .mapToObj(i -> "mounts.%d.type=mem\nmounts.%d.mountpoint=/%d\n".formatted(i, i, i))
                        .collect(Collectors.joining());
        assertEquals(
                List.of("/0", "/1", "/2", "/9", "/10"),
                read("a.properties", text).get(TestTypes.MOUNTS).stream()
                        .map(each -> each.get(TestTypes.MOUNTPOINT).toString())
                        .toList());
    }

    @Test
    void yamlNestsStores() throws IOException {
        assertNested(read("a.yaml", """
                datastore:
                  type: mount
                  mounts:
                    - type: measure
                      mountpoint: /blocks
                      prefix: blocks.disk
                      child: {type: disk, path: blocks}
                    - {type: mem, mountpoint: /}
                """));
    }

    private static final String SPEC = """
            {"type": "mount", "mounts": [
              {"type": "measure", "mountpoint": "/blocks", "prefix": "blocks.disk",
               "child": {"type": "disk", "path": "blocks", "label": null}},
              {"type": "mem", "mountpoint": "/"}]}
            """;

    @Test
    void kubosSpecIsReadAloneAndWithinItsConfig() throws IOException {
        assertNested(read("spec.json", SPEC));
        assertNested(read("config", "{\"Datastore\": {\"StorageMax\": \"10GB\", \"Spec\": " + SPEC + "}}"));
    }

    @Test
    void aWholeKuboConfigIsRead() throws IOException {
        Path file = folder.resolve("config");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("kubo-config.json"))) {
            Files.copy(in, file);
        }
        StoreConfig config = ConfigReader.read(file, TestTypes.ALL);
        assertEquals("mount", config.type());
        StoreConfig blocks = config.get(TestTypes.MOUNTS).get(0);
        assertEquals("disk.datastore", blocks.get(TestTypes.PREFIX));
        assertEquals(folder.resolve("blocks"), blocks.get(TestTypes.CHILD).get(TestTypes.PATH));
        assertEquals(
                "Datastore.Spec.mounts[0].child", blocks.get(TestTypes.CHILD).where());
        StoreConfig rest = config.get(TestTypes.MOUNTS).get(1).get(TestTypes.CHILD);
        assertEquals("none", rest.get(TestTypes.COMPRESSION));
        assertFalse(config.toString().contains("not-a-key-but-a-secret"));
    }

    @Test
    void kubosFlatfsIsRefusedByNameWithTheTypesThatThereAre() throws IOException {
        String message = refused("config", """
                {"Datastore": {"Spec": {"type": "mount", "mounts": [
                  {"type": "measure", "mountpoint": "/blocks", "prefix": "flatfs.datastore", "child":
                    {"type": "flatfs", "path": "blocks", "sync": true,
                     "shardFunc": "/repo/flatfs/shard/v1/next-to-last/2"}}]}}}
                """);
        assertEquals(
                "Datastore.Spec.mounts[0].child.type cannot be \"flatfs\": no provider has this type; There are: "
                        + "cloud, disk, measure, mem, mount",
                message);
    }

    @Test
    void aListOfOneIsAListInEveryFormat() throws IOException {
        assertEquals(
                1,
                read("a.json", "{\"type\":\"mount\",\"mounts\":[{\"type\":\"mem\",\"mountpoint\":\"/\"}]}")
                        .stores()
                        .size());
        assertEquals(
                1,
                read("a.yaml", "type: mount\nmounts:\n- {type: mem, mountpoint: /}\n")
                        .stores()
                        .size());
        assertEquals(
                1,
                read("a.properties", "type=mount\nmounts.0.type=mem\nmounts.0.mountpoint=/\n")
                        .stores()
                        .size());
    }

    @Test
    void anEmptyListIsGivenAndEmpty() throws IOException {
        assertEquals(
                List.of(), read("a.json", "{\"type\":\"mount\",\"mounts\":[]}").get(TestTypes.MOUNTS));
        assertEquals(List.of(), read("a.yaml", "type: mount\nmounts: []\n").get(TestTypes.MOUNTS));
    }

    @ParameterizedTest
    @CsvSource({"0123", "1e3", "1.10", "no", "0x10", "2026-11-22", "1_000", "12345678901234567890", "'.5'", "'+1'"})
    void aValueIsTheTextThatIsWrittenNotANumberOrADate(String text) throws IOException {
        assertEquals(text, read("a.yaml", "type: disk\npath: x\nlabel: " + text).get(TestTypes.LABEL));
        assertEquals(
                text, read("a.properties", "type=disk\npath=x\nlabel=" + text).get(TestTypes.LABEL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e3", "1.10", "12345678901234567890", "-0", "true"})
    void aJsonNumberIsTheTextThatIsWritten(String text) throws IOException {
        assertEquals(
                text,
                read("a.json", "{\"type\":\"disk\",\"path\":\"x\",\"label\":" + text + "}")
                        .get(TestTypes.LABEL));
    }

    @Test
    void valuesAreNotSplitAtCommas() throws IOException {
        for (String label : List.of("a,b", "a\\\\,b")) {
            assertEquals(
                    label.replace("\\\\", "\\"),
                    read("a.properties", "type=disk\npath=x\nlabel=" + label).get(TestTypes.LABEL));
        }
    }

    @Test
    void nullIsAsIfNotGiven() throws IOException {
        assertTrue(read("a.json", "{\"type\":\"disk\",\"path\":\"x\",\"label\":null}")
                .find(TestTypes.LABEL)
                .isEmpty());
        assertTrue(read("a.yaml", "type: disk\npath: x\nlabel:\n")
                .find(TestTypes.LABEL)
                .isEmpty());
        assertTrue(read("b.yaml", "type: disk\npath: x\nlabel: ~\n")
                .find(TestTypes.LABEL)
                .isEmpty());
        assertEquals("", read("c.yaml", "type: disk\npath: x\nlabel: ''\n").get(TestTypes.LABEL));
        assertEquals(
                "datastore.path is missing; it is a path: folder of the database",
                refused("d.yaml", "datastore:\n  type: disk\n  path:\n"));
    }

    @Test
    void relativePathsStartFromTheFilesFolderAndAbsoluteOnesStay() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("x/y"));
        Path file = Files.writeString(deep.resolve("a.properties"), "type=disk\npath=../blocks/./z\n");
        Path expected = folder.resolve("x/blocks/z");
        assertEquals(expected, ConfigReader.read(file, TestTypes.ALL).get(TestTypes.PATH));
        Path relative = Path.of("").toAbsolutePath().relativize(file.toAbsolutePath());
        assertEquals(expected, ConfigReader.read(relative, TestTypes.ALL).get(TestTypes.PATH));
        Files.writeString(file, "type=disk\npath=/var/lib/motrds\n");
        assertEquals(
                Path.of("/var/lib/motrds"),
                ConfigReader.read(file, TestTypes.ALL).get(TestTypes.PATH));
    }

    @Test
    void aTildeIsTheHomeFolder() throws IOException {
        Path home = Path.of(System.getProperty("user.home"));
        assertEquals(
                home.resolve("blocks"),
                read("a.yaml", "type: disk\npath: ~/blocks\n").get(TestTypes.PATH));
        assertEquals(home, read("a.properties", "type=disk\npath=~\n").get(TestTypes.PATH));
        assertEquals(
                folder.resolve("~x"),
                read("a.json", "{\"type\":\"disk\",\"path\":\"~x\"}").get(TestTypes.PATH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.properties", "a.yaml", "a.json", "config"})
    void aByteOrderMarkIsSkipped(String name) throws IOException {
        String text = name.equals("a.properties") ? "type=mem\n" : "{\"type\": \"mem\"}";
        assertEquals("mem", read(name, "\ufeff" + text).type());
    }

    @Test
    void linesMayEndAsOnWindows() throws IOException {
        assertEquals("mem", read("a.properties", "#x\r\ntype=mem\r\n").type());
        assertEquals("mem", read("a.yaml", "#x\r\ntype: mem\r\n").type());
    }

    @Test
    void aFileThatIsNotThereOrNoFileIsRefused() {
        assertEquals("there is no such configuration file", refused(folder.resolve("none.yaml")));
        assertTrue(refused(folder).startsWith("the configuration file cannot be read: "));
    }

    @Test
    void anEndingThatSaysNothingIsRefused() throws IOException {
        assertEquals(
                "the file's ending says nothing; allowed are .properties, .yaml, .yml and .json",
                refused("a.conf", "type=mem\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.properties", "a.yaml", "a.json"})
    void anEmptyFileIsRefused(String name) throws IOException {
        for (String text : List.of("", " ", "\n\n", "\ufeff")) {
            assertEquals(
                    "no store is configured: expected datastore.type, a type at the top, or kubo's Datastore.Spec; "
                            + "found nothing",
                    refused(name, text));
        }
        assertTrue(refused("b.json", "{}").endsWith("found nothing"));
        assertTrue(refused("b.yaml", "# only a comment\n").endsWith("found nothing"));
    }

    @Test
    void aFileWithoutAStoreIsRefusedWithTheNamesThatItHas() throws IOException {
        assertTrue(refused("a.properties", "data.type=mem\ndatastor.type=mem\n").endsWith("found data, datastor"));
        assertTrue(refused("a.json", "{\"Datastore\":{\"StorageMax\":\"1\"}}").endsWith("found Datastore"));
        String many = IntStream.range(0, 50).mapToObj(i -> "n" + i + "=x\n").collect(Collectors.joining());
        assertTrue(refused("b.properties", many).endsWith("found n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, …"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|found a list",
                "[{\"type\": \"mem\"}]|found a list",
                "\"mem\"|found a text",
                "42|found a text",
                "{\"datastore\": \"mem\"}|datastore must be a store, its type and parameters, not a text",
                "{\"datastore\": [{\"type\": \"mem\"}]}|datastore must be a store, its type and parameters, not a list",
                "{\"datastore\": {}}|datastore must be a store, its type and parameters, not nothing",
                "{\"datastore\": {\"path\": \"x\"}}|datastore.type is missing: give the store's type, one of cloud, disk, measure, mem, mount",
                "{\"type\": [\"mem\"]}|type must be a single value, not a list",
                "{\"type\": {\"a\": \"mem\"}}|type must be a single value, not a group of values",
                "{\"type\": \"disk\", \"path\": [\"x\"]}|path must be a single value, not a list",
                "{\"type\": \"disk\", \"path\": [\"x\", \"y\"]}|path must be a single value, not a list",
                "{\"type\": \"disk\", \"path\": {\"x\": \"y\"}}|path must be a single value, not a group of values",
                "{\"type\": \"mount\", \"mounts\": \"mem\"}|mounts must be a list of stores, not a text",
                "{\"type\": \"mount\", \"mounts\": [\"mem\"]}|mounts[0] must be a store, its type and parameters, not a text",
                "{\"type\": \"mount\", \"mounts\": [null]}|mounts[0] must be a store, its type and parameters, not nothing",
                "{\"type\": \"mount\", \"mounts\": [[]]}|mounts[0] must be a store, its type and parameters, not a list",
                "{\"type\": \"measure\", \"prefix\": \"x\", \"child\": \"mem\"}|child must be a store, its type and parameters, not a text",
                "{\"type\": \"measure\", \"prefix\": \"x\", \"child\": [{\"type\": \"mem\"}]}|child must be a store, its type and parameters, not a list",
            })
    void aValueOfTheWrongShapeIsRefusedWithItsPlace(String text, String message) throws IOException {
        assertTrue(refused("a.json", text).endsWith(message), refused("a.json", text));
        assertTrue(refused("a.yaml", text).endsWith(message), refused("a.yaml", text)); // JSON is YAML, too
    }

    @Test
    void aTextAndAGroupOfOneNameAreRefused() throws IOException {
        assertEquals(
                "mounts must be a list of stores, not both a text and a group of values",
                refused("a.properties", "type=mount\nmounts=x\nmounts.0.type=mem\n"));
        assertEquals(
                "path must be a single value, not both a text and a group of values",
                refused("a.properties", "type=disk\npath.x=y\npath=x\n"));
    }

    @Test
    void whatIsGivenTwiceIsRefused() throws IOException {
        String message = "datastore.path is given more than once; give it once";
        assertEquals(message, refused("a.properties", "datastore.type=disk\ndatastore.path=a\ndatastore.path=a\n"));
        assertEquals(message, refused("a.yaml", "datastore:\n  type: disk\n  path: a\n  path: b\n"));
        assertEquals(message, refused("a.json", "{\"datastore\":{\"type\":\"disk\",\"path\":\"a\",\"path\":\"b\"}}"));
        assertEquals("type is given more than once; give it once", refused("b.properties", "type=mem\ntype=disk\n"));
        assertEquals(
                "datastore is given more than once; give it once",
                refused("b.json", "{\"datastore\":{\"type\":\"mem\"},\"datastore\":{\"type\":\"mem\"}}"));
    }

    @Test
    void anIncludeIsRefusedAndNotRead() throws IOException {
        write("other.properties", "path=stolen\n");
        for (String name : List.of("include", "Include", "includeOptional", "includeoptional")) {
            assertEquals(
                    name + " in line 2 is not supported: give one whole file",
                    refused("a.properties", "type=disk\n" + name + " = other.properties\n"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": \"mem\"|1",
                "{\"type\": \"mem\",}|1",
                "{\"type\": mem}|1",
                "{\"type\": \"mem\"} {}|1",
                "{\"type\": \"mem\"} x|1",
                "{'type': 'mem'}|1",
                "{\"type\": \"\\q\"}|1",
                "{\"type\"}|1",
                "{|1",
            })
    void malformedJsonIsRefusedWithItsPlace(String text, int line) throws IOException {
        String message = refused("a.json", text);
        assertTrue(message.matches("not valid JSON at line " + line + ", column \\d+"), message);
    }

    @Test
    void malformedTextIsRefusedWithItsPlace() throws IOException {
        assertTrue(refused("a.yaml", "type: mem\n  x: [\n").matches("not valid YAML at line \\d, column \\d+"));
        assertTrue(refused("a.yaml", "type: mem\n\tx: y\n").matches("not valid YAML at line 2, column \\d+"));
        assertTrue(refused("a.yaml", "type: mem\n---\ntype: mem\n").startsWith("not valid YAML at line 2"));
        assertTrue(refused("a.yaml", "type: *nowhere\n").startsWith("not valid YAML at line 1"));
        assertTrue(refused("a.yaml", "? [a, b]\n: c\n").startsWith("not valid YAML at line 1"));
        assertEquals("not valid properties at line 2, column 1", refused("a.properties", "type=mem\nx=\\u12G4\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.properties", "a.yaml", "a.json", "config"})
    void whatIsNoTextIsRefused(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, new byte[] {(byte) 0x80, 0, (byte) 0xff, 'x'});
        assertEquals("the configuration file is not UTF-8 text", refused(file));
        Files.write(file, "{\"type\": \"mem\"}".getBytes(StandardCharsets.UTF_16));
        assertEquals("the configuration file is not UTF-8 text", refused(file));
        byte[] zip = {'P', 'K', 3, 4, 0, 0, 8, 8, 0};
        Files.write(file, zip);
        refused(file);
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        assertEquals(
                "the configuration file is larger than 1048576 bytes", refused("a.yaml", "# " + "x".repeat(1 << 20)));
    }

    @Test
    void hugeNestingIsRefused() throws IOException {
        String limit = "the configuration is too large: it may be nested 100 deep and hold 100000 values";
        assertEquals(limit, refused("a.json", "{\"x\":".repeat(900) + "1" + "}".repeat(900)));
        assertEquals(limit, refused("a.json", "[".repeat(900) + "]".repeat(900)));
        assertTrue(refused("b.json", "[".repeat(100_000)).startsWith("the configuration is too large"));
        assertTrue(refused("a.yaml", "[".repeat(100_000)).startsWith("not valid YAML"));
        assertEquals(limit, refused("a.properties", "type=measure\n" + "child.".repeat(50_000) + "type=mem\n"));
        String wide = IntStream.range(0, 100_001).mapToObj(i -> "x" + i + "=\n").collect(Collectors.joining());
        assertEquals(limit, refused("b.properties", wide));
    }

    @Test
    void manyStoresMayBeNested() throws IOException {
        String text =
                "{\"type\":\"measure\",\"prefix\":\"x\",\"child\":".repeat(90) + "{\"type\":\"mem\"}" + "}".repeat(90);
        StoreConfig config = read("a.json", text);
        for (int i = 0; i < 90; i++) {
            config = config.get(TestTypes.CHILD);
        }
        assertEquals("mem", config.type());
    }

    @Test
    void anAliasBombIsRefused() throws IOException {
        StringBuilder few = new StringBuilder("x0: &x0 [a, b]\n"); // 25 doublings stay below the parser's own limit
        for (int i = 1; i <= 25; i++) {
            few.append("x%d: &x%d [*x%d, *x%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertTrue(refused("a.yaml", few + "type: mem\n").startsWith("the configuration is too large"));
        StringBuilder many = new StringBuilder("x0: &x0 [a, b]\n");
        for (int i = 1; i <= 9; i++) {
            many.append("x%d: &x%d [%s]\n".formatted(i, i, ("*x" + (i - 1) + ", ").repeat(9)));
        }
        assertTrue(refused("b.yaml", many + "type: mem\n").startsWith("not valid YAML"));
        assertTrue(refused("c.yaml", "x: &x [*x]\ntype: mem\n").startsWith("the configuration is too large"));
    }

    @Test
    void anAliasRepeatsAValue() throws IOException {
        StoreConfig config = read("a.yaml", """
                type: mount
                mounts:
                  - {type: measure, mountpoint: /a, prefix: x, child: &memory {type: mem}}
                  - {type: measure, mountpoint: /b, prefix: y, child: *memory}
                """);
        assertEquals("mem", config.stores().get(1).get(TestTypes.CHILD).type());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://x/\"]]]]",
                "!!java.util.Date 2026-01-01",
                "!!io.motrds.api.spi.ConfigFileTest$Canary {}",
                "!<tag:yaml.org,2002:io.motrds.api.spi.ConfigFileTest$Canary> {}",
                "!local x",
                "!!binary aGVsbG8=",
                "!!set {a, b}",
            })
    void yamlMakesNoObjects(String value) throws IOException {
        String message = refused("a.yaml", "type: disk\npath: x\nlabel: " + value + "\n");
        assertEquals("YAML tags such as the one at line 3 are not supported", message);
        assertEquals(0, Canary.made);
    }

    /** Counts how often it was made. */
    public static final class Canary {
        static int made;

        public Canary() {
            made++;
        }
    }

    private static final String SECRET = "hunter2-is-my-secret";

    /** The message, everything that is chained to it, and the stack traces: all that a log may show. */
    private static String everythingShown(Throwable e) {
        StringWriter shown = new StringWriter();
        e.printStackTrace(new PrintWriter(shown, true));
        return shown.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":@}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"@}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":'@'}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"@\\q\"}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"@\"",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":[\"@\"]}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":{\"@\":\"@\"}}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKeY\":\"@\",\"workers\":1}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"@\",\"workers\":-1}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"${@}\"}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"${file:@}\"}",
                "a.json|{\"type\":\"cloud\",\"bucket\":\"b\",\"secretKey\":\"${@\"}",
                "a.yaml|{type: cloud, bucket: b, secretKey: {@}}",
                "a.yaml|{type: cloud, bucket: b, secretKey: [@]}",
                "a.yaml|{type: cloud, bucket: b, secretKey: *@}",
                "a.yaml|{type: cloud, bucket: b, secretKey: !@ x}",
                "a.yaml|{type: cloud, bucket: b, secretKey: !!@ x}",
                "a.yaml|{type: cloud, bucket: b, secretKey: '@}",
                "a.yaml|{type: cloud, bucket: b, secretKey: \"@\\q\"}",
                "a.yaml|{type: cloud, bucket: b, secretKey: @: x: y}",
                "a.yaml|{type: cloud, bucket: b, secretKey: &@ [}",
                "a.yaml|{type: cloud, bucket: b, secretkey: @}",
                "a.properties|type=cloud\\nbucket=b\\nsecretKey=@\\\\u00zz",
                "a.properties|type=cloud\\nbucket=b\\nsecretKey=@\\nsecretKey=@",
                "a.properties|type=cloud\\nbucket=b\\nsecretKey.x=@",
                "a.properties|type=cloud\\nbucket=b\\nsecretKye=@",
                "a.properties|type=cloud\\nbucket=b\\nsecretKey=${env:@-${x}",
            })
    void noErrorShowsASecret(String name, String text) throws IOException {
        Path file = write(name, text.replace("\\n", "\n").replace("\\\\", "\\").replace("@", SECRET));
        MisconfiguredException e =
                assertThrows(MisconfiguredException.class, () -> ConfigReader.read(file, TestTypes.ALL));
        assertFalse(everythingShown(e).contains("hunter2"), e.getMessage());
    }

    @Test
    void mutilatedFilesAreReadOrRefusedInOneWay() throws IOException {
        List<String> originals = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("kubo-config.json"))) {
            originals.add(new String(in.readAllBytes(), UTF_8));
        }
        originals.add(SPEC);
        originals.add(
                "type: mount\nmounts:\n  - &a {type: mem, mountpoint: '/a'}\n  - *a\n  - \"\\u0041\": |\n      x\n");
        originals.add("type = mount\nmounts.0.type=mem\nmounts(0).mountpoint = \\u002fa\\\n  b\n");
        String pieces = "{}[]:,\"'\\\n\t #&*!|>%@`-?=.$()\u0000\u0085\ufeff\ud83d\ude00";
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            StringBuilder text = new StringBuilder(originals.get(i % originals.size()));
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, pieces.charAt(random.nextInt(pieces.length() - 2)));
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
                }
            }
            for (String name : List.of("a.json", "a.yaml", "a.properties")) {
                Path file = write(name, text.toString());
                try {
                    ConfigReader.read(file, TestTypes.ALL);
                } catch (MisconfiguredException e) { // anything else fails the test
                    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                }
            }
        }
    }
}
