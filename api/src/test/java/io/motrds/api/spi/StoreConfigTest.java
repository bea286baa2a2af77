package io.motrds.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.MisconfiguredException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.configuration2.BaseConfiguration;
import org.apache.commons.configuration2.CombinedConfiguration;
import org.apache.commons.configuration2.CompositeConfiguration;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.MapConfiguration;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.YAMLConfiguration;
import org.apache.commons.configuration2.convert.DefaultListDelimiterHandler;
import org.apache.commons.configuration2.io.FileHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters as they are checked, whatever they were read from, and configurations of Commons' kinds. */
class StoreConfigTest {

    private static final Path FOLDER = Path.of("/etc/motrds");

    private static StoreConfig read(String... namesAndValues) {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ConfigReader.read(parameters, FOLDER, TestTypes.ALL);
    }

    private static String refused(String... namesAndValues) {
        return assertThrows(MisconfiguredException.class, () -> read(namesAndValues))
                .getMessage();
    }

    private static StoreConfig read(Configuration configuration) {
        return ConfigReader.read(configuration, FOLDER, TestTypes.ALL);
    }

    @Test
    void aValueThatIsNotAllowedIsRefusedWithParameterGivenAndAllowed() {
        assertEquals(
                "writeBuffer cannot be \"much\"; allowed is a number of bytes such as 4096, 64KiB or 32MiB",
                refused("type", "disk", "path", "x", "writeBuffer", "much"));
        assertEquals(
                "datastore.workers cannot be \"0\"; allowed is a whole number from 1 to 1000",
                refused(
                        "datastore.type", "cloud",
                        "datastore.bucket", "b",
                        "datastore.secretKey", "s",
                        "datastore.workers", "0"));
        assertEquals(
                "mounts.0.mountpoint is missing; it is a key such as /blocks: where it is mounted",
                refused("type", "mount", "mounts.0.type", "mem"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pth|pth is no parameter of type disk; did you mean path? There are: compression, label, path, sync, writeBuffer",
                "bucket|bucket is no parameter of type disk; There are: compression, label, path, sync, writeBuffer",
            })
    void aNameThatTheTypeDoesNotTakeIsRefused(String name, String message) {
        assertEquals(message, refused("type", "disk", "path", "x", name, "y"));
    }

    @Test
    void aParameterOfATypeThatTakesNoneIsRefused() {
        assertEquals("path is no parameter of type mem; there are none", refused("type", "mem", "path", "x"));
    }

    @Test
    void aParameterThatOnlyTheSurroundingStoreAsksForIsTakenThereAlone() {
        assertEquals(
                "mountpoint is no parameter of type mem; there are none", refused("type", "mem", "mountpoint", "/"));
        assertEquals(
                1,
                read("type", "mount", "mounts.0.type", "mem", "mounts.0.mountpoint", "/")
                        .stores()
                        .size());
    }

    @Test
    void aTypeThatNoProviderHasIsRefused() {
        assertEquals(
                "type cannot be \"dsik\": no provider has this type; did you mean disk? "
                        + "There are: cloud, disk, measure, mem, mount",
                refused("type", "dsik"));
    }

    @Test
    void withoutAnyProviderThatIsSaid() {
        Providers none = Providers.of(List.<DatastoreProvider>of().iterator());
        assertEquals(
                "type cannot be \"mem\": no provider has this type; there are none",
                assertThrows(MisconfiguredException.class, () -> ConfigReader.read(Map.of("type", "mem"), FOLDER, none))
                        .getMessage());
    }

    @Test
    void aMessageShowsAtMostAHundredPrintableCharactersOfWhatWasGiven() {
        String message = refused("type", "disk", "path", "x", "sync", "\u001b[31m\n" + "x".repeat(10_000));
        assertTrue(message.contains("\"\\u001b[31m\\u000ax"), message);
        assertTrue(message.length() < 300, "length " + message.length());
        assertTrue(refused("type", "mem", "a\u001b", "x").startsWith("a\\u001b is no parameter"));
    }

    @Test
    void defaultsStandInAndOptionalOnesStayAbsent() {
        StoreConfig config = read("type", "disk", "path", "x");
        assertEquals(32L << 20, config.get(TestTypes.BUFFER));
        assertEquals(Optional.of(true), config.find(TestTypes.SYNC));
        assertEquals(Optional.empty(), config.find(TestTypes.LABEL));
        assertThrows(IllegalArgumentException.class, () -> config.get(TestTypes.LABEL));
    }

    @Test
    void aParameterOfAnotherTypeIsTheAuthorsMistake() {
        StoreConfig config = read("type", "disk", "path", "x");
        assertThrows(IllegalArgumentException.class, () -> config.get(TestTypes.BUCKET));
        Parameter<Path> another = Parameter.path("path", "of the same name, but not the one that was declared");
        assertThrows(IllegalArgumentException.class, () -> config.get(another));
    }

    @Test
    void aDescriptionHasTypeAndParametersInTheirOrderWithSecretsMasked() {
        StoreConfig config = read("type", "cloud", "bucket", "b", "accessKey", "AKIA", "secretKey", "hunter2");
        assertEquals("{type=cloud, bucket=b, accessKey=****, secretKey=****, workers=100}", config.toString());
        assertEquals(
                List.of("type", "bucket", "accessKey", "secretKey", "workers"),
                List.copyOf(config.describe().keySet()));
        assertEquals("hunter2", config.get(TestTypes.SECRET).reveal());
        assertFalse(config.describe().toString().contains("hunter2"));
        config.describe().clear();
        assertFalse(config.describe().isEmpty(), "what is given out is a copy");
    }

    @Test
    void aSecretWithinANestedStoreIsMaskedToo() {
        StoreConfig config = read(
                "type", "mount",
                "mounts.0.mountpoint", "/",
                "mounts.0.type", "measure",
                "mounts.0.prefix", "p",
                "mounts.0.child.type", "cloud",
                "mounts.0.child.bucket", "b",
                "mounts.0.child.secretKey", "hunter2");
        assertFalse(config.toString().contains("hunter2"), config.toString());
        assertTrue(config.toString().contains("secretKey=****"), config.toString());
        assertFalse(config.describe().get("mounts").contains("hunter2"));
        assertFalse(config.stores().toString().contains("hunter2"));
    }

    @Test
    void whatWasGivenOpensTheSameStoreInAnotherProcess() {
        System.setProperty("motrds.test.given", "a ${b} $c");
        try {
            StoreConfig config = read(
                    "datastore.type", "mount",
                    "datastore.mounts.0.mountpoint", "/a",
                    "datastore.mounts.0.type", "cloud",
                    "datastore.mounts.0.bucket", "${sys:motrds.test.given}",
                    "datastore.mounts.0.secretKey", "$${x}",
                    "datastore.mounts.1.mountpoint", "/",
                    "datastore.mounts.1.type", "disk",
                    "datastore.mounts.1.path", "blocks");
            System.clearProperty("motrds.test.given");
            StoreConfig again = ConfigReader.read(config.given(), config.folder(), TestTypes.ALL);
            assertEquals(config.toString(), again.toString());
            assertEquals(config.given(), again.given());
            assertEquals("a $${b} $c", config.given().get("mounts.0.bucket"));
            assertEquals("$${x}", config.given().get("mounts.0.secretKey"), "a secret is given as it is");
            assertEquals(FOLDER.resolve(""), config.folder().resolve(""));
        } finally {
            System.clearProperty("motrds.test.given");
        }
    }

    @Test
    void anErrorOfTheProviderNamesThePlace() {
        assertEquals(
                "path is a file",
                read("type", "disk", "path", "x")
                        .error(TestTypes.PATH, "is a file")
                        .getMessage());
        assertEquals(
                "datastore.path is a file",
                read("datastore.type", "disk", "datastore.path", "x")
                        .error(TestTypes.PATH, "is a file")
                        .getMessage());
    }

    @Test
    void whiteSpaceAroundValuesAndTypesIsDropped() {
        StoreConfig config = read("type", " disk ", "path", "x\n", "sync", " false ");
        assertEquals(FOLDER.resolve("x"), config.get(TestTypes.PATH));
        assertFalse(config.get(TestTypes.SYNC));
    }

    @Test
    void aRelativeFolderStartsFromTheWorkingFolder() {
        StoreConfig config = ConfigReader.read(Map.of("type", "disk", "path", "x"), Path.of("sub"), TestTypes.ALL);
        assertEquals(Path.of("sub/x").toAbsolutePath(), config.get(TestTypes.PATH));
    }

    @Test
    void aParameterMayBeAListOfTexts() {
        Parameter<List<String>> names =
                Parameter.of("names", "some names", "names with spaces between", text -> List.of(text.split(" ", -1)));
        Providers providers =
                Providers.of(List.<DatastoreProvider>of(new TestTypes.TestProvider("named", List.of(names)))
                        .iterator());
        StoreConfig config = ConfigReader.read(Map.of("type", "named", "names", "a b"), FOLDER, providers);
        assertEquals(List.of("a", "b"), config.get(names));
        assertEquals(List.of(), config.stores());
    }

    @Test
    void aClassThatIsMissingWhenTheStoreOpensIsNamed() {
        DatastoreProvider provider = new DatastoreProvider() {
            @Override
            public String type() {
                return "lame";
            }

            @Override
            public String description() {
                return "";
            }

            @Override
            public List<Parameter<?>> parameters() {
                return List.of();
            }

            @Override
            public Datastore open(StoreConfig config) {
                throw new NoClassDefFoundError("com/example/Client");
            }
        };
        StoreConfig config = ConfigReader.read(
                Map.of("type", "lame"), FOLDER, Providers.of(List.of(provider).iterator()));
        String message =
                assertThrows(MisconfiguredException.class, config::open).getMessage();
        assertTrue(message.contains("type lame") && message.contains("com/example/Client"), message);
    }

    // Commons Configuration in its kinds

    @Test
    void aFlatConfigurationIsTakenWithItsRawValues() {
        BaseConfiguration flat = new BaseConfiguration();
        flat.setProperty("datastore.type", "disk");
        flat.setProperty("datastore.path", Path.of("x"));
        flat.setProperty("datastore.sync", false);
        flat.setProperty("datastore.writeBuffer", 4096);
        StoreConfig config = read(flat);
        assertFalse(config.get(TestTypes.SYNC));
        assertEquals(4096, config.get(TestTypes.BUFFER));
        assertEquals(FOLDER.resolve("x"), config.get(TestTypes.PATH));
        assertEquals("disk", read(flat.subset("datastore")).type());
    }

    @Test
    void aValueThatCommonsSplitIntoAListIsRefused() {
        BaseConfiguration split = new BaseConfiguration();
        split.setListDelimiterHandler(new DefaultListDelimiterHandler(','));
        split.addProperty("type", "disk");
        split.addProperty("path", "x");
        split.addProperty("label", "a,b");
        String message =
                assertThrows(MisconfiguredException.class, () -> read(split)).getMessage();
        assertEquals("label must be a single value, not a list", message);
    }

    @Test
    void aMapAndACompositeAreTaken() {
        MapConfiguration map = new MapConfiguration(new HashMap<>(Map.of("type", "disk", "path", "x")));
        assertEquals("disk", read(map).type());
        CompositeConfiguration composite = new CompositeConfiguration();
        composite.addConfiguration(map);
        assertEquals("disk", read(composite).type());
    }

    @Test
    void commonsOwnYamlAndXmlAreTaken() throws Exception {
        YAMLConfiguration yaml = new YAMLConfiguration();
        yaml.read(
                new StringReader(
                        "datastore:\n  type: mount\n  mounts:\n  - {type: mem, mountpoint: /}\n  - {type: mem, mountpoint: /b}\n"));
        assertEquals(2, read(yaml).stores().size());
        assertEquals("datastore.mounts[1]", read(yaml).stores().get(1).where());
        assertEquals(2, read(yaml.configurationAt("datastore")).stores().size());
        CombinedConfiguration combined = new CombinedConfiguration();
        combined.addConfiguration(yaml);
        assertEquals(2, read(combined).stores().size());

        XMLConfiguration xml = new XMLConfiguration();
        new FileHandler(xml)
                .load(new StringReader("<config><datastore type=\"mount\"><mounts><type>mem</type>"
                        + "<mountpoint>/</mountpoint></mounts></datastore></config>"));
        assertEquals("mem", read(xml).stores().get(0).type());
    }

    @Test
    void commonsOwnPropertiesAreTaken() throws Exception {
        PropertiesConfiguration properties = new PropertiesConfiguration();
        properties.read(new StringReader("""
                        datastore.type=mount
                        datastore.mounts(0).type=mem
                        datastore.mounts(0).mountpoint=/
                        """));
        assertEquals("mem", read(properties).stores().get(0).type());
    }

    @Test
    void anEmptyConfigurationIsRefused() {
        assertTrue(assertThrows(MisconfiguredException.class, () -> read(new BaseConfiguration()))
                .getMessage()
                .endsWith("found nothing"));
        assertTrue(assertThrows(MisconfiguredException.class, () -> read(new YAMLConfiguration()))
                .getMessage()
                .endsWith("found nothing"));
    }
}
