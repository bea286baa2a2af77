package io.motrds.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.MisconfiguredException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseConfiguration;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.interpol.ConfigurationInterpolator;
import org.apache.commons.configuration2.interpol.DefaultLookups;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of all look-ups only those of the environment and of system properties are done, and once. */
class LookUpsTest {

    private static final String PROPERTY = "motrds.test.look-up";

    @BeforeEach
    void set() {
        System.setProperty(PROPERTY, "found");
    }

    @AfterEach
    void clear() {
        System.clearProperty(PROPERTY);
    }

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "NAME", "value",
            "EMPTY", "",
            "A:B", "colon",
            "ProgramFiles(x86)", "windows",
            "DOLLARS", "a$1b\\c",
            "NESTED", "${env:NAME}${sys:" + PROPERTY + "}",
            "FILE", "${file:UTF-8:/etc/hostname}");

    private static String replace(String text) {
        return LookUps.replace(text, "datastore.path", false, ENVIRONMENT::get);
    }

    private static String refused(String text) {
        return assertThrows(MisconfiguredException.class, () -> replace(text)).getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "${env:NAME}|value",
                "a${env:NAME}b${env:NAME}c|avaluebvaluec",
                "${env:NAME}${sys:motrds.test.look-up}|valuefound",
                "${env:A:B}|colon",
                "${env:ProgramFiles(x86)}|windows",
                "${env:DOLLARS}|a$1b\\c",
                "plain|plain",
                "$|$",
                "a$b{c}|a$b{c}",
                "{env:NAME}|{env:NAME}",
                "a}b|a}b",
                "${env:NAME}}|value}",
            })
    void environmentAndSystemPropertiesAreLookedUp(String text, String replaced) {
        assertEquals(replaced, replace(text));
    }

    @Test
    void anEmptyVariableIsSet() {
        assertEquals("", replace("${env:EMPTY}"));
        assertEquals("", replace("${env:EMPTY:-other}"));
    }

    @Test
    void theEnvironmentIsThatOfTheProcess() {
        assertEquals(System.getenv("PATH"), LookUps.replace("${env:PATH}", "x", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${env:UNSET:-other}|other",
                "${env:UNSET:-}|''",
                "${env:UNSET:-a:-b}|a:-b",
                "${sys:motrds.unset:-/var/lib}|/var/lib",
                "${env:NAME:-other}|value",
            })
    void aDefaultStandsInForWhatIsNotSet(String text, String replaced) {
        assertEquals(replaced, replace(text));
    }

    @Test
    void aLongTextIsLookedThroughToo() {
        String text = "$x".repeat(50_000);
        assertTrue((text + "value" + text).equals(replace(text + "${env:NAME}" + text)));
        assertTrue(text.equals(replace("${env:UNSET:-" + text + "}")));
    }

    @Test
    void whatIsNotSetIsRefusedByName() {
        assertEquals("datastore.path: ${env:UNSET} is not set", refused("a${env:UNSET}b"));
        assertEquals("datastore.path: ${sys:motrds.unset} is not set", refused("${sys:motrds.unset}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$${env:NAME}|${env:NAME}",
                "$${|${",
                "$${file:/etc/passwd}|${file:/etc/passwd}",
                "$$${env:NAME}|$${env:NAME}",
                "a$${b${env:NAME}|a${b${env:NAME}",
                "$${a}${env:NAME}|${a}value",
            })
    void oneMoreDollarSignMakesPlainText(String text, String replaced) {
        assertEquals(replaced, replace(text));
    }

    @Test
    void whatALookUpGaveIsNotLookedIntoAgain() {
        assertEquals("${env:NAME}${sys:" + PROPERTY + "}", replace("${env:NESTED}"));
        assertEquals("${file:UTF-8:/etc/hostname}", replace("${env:FILE}"));
        System.setProperty(PROPERTY, "${file:UTF-8:/etc/hostname} $${x}");
        assertEquals("${file:UTF-8:/etc/hostname} $${x}", replace("${sys:" + PROPERTY + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${NAME}",
                "${}",
                "${:}",
                "${env:}",
                "${env}",
                "${ENV:NAME}",
                "${ env:NAME}",
                "${env:${sys:x}}",
                "${env:UNSET:-${env:NAME}}",
                "${const:java.lang.Integer.MAX_VALUE}",
                "${other.key}",
                "${env:NAME",
                "${",
                "x${y",
            })
    void anythingElseInBracesIsRefused(String text) {
        String message = refused(text);
        assertTrue(message.startsWith("datastore.path: "), message);
        assertTrue(
                message.endsWith(
                        "is not allowed; there are ${env:NAME} and ${sys:name}, and $${ stands for a plain ${"),
                message);
    }

    @ParameterizedTest
    @EnumSource(
            value = DefaultLookups.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ENVIRONMENT", "SYSTEM_PROPERTIES"})
    void noOtherLookUpOfCommonsIsDone(DefaultLookups lookup) {
        assertTrue(
                refused("${" + lookup.getPrefix() + ":x}").contains("${" + lookup.getPrefix() + ":x} is not allowed"));
    }

    @Test
    void allLookUpsThatCommonsEverHadOnAreRefused() {
        for (String prefix :
                "base64Decoder,base64Encoder,const,date,dns,file,java,localhost,properties,resourceBundle,script,url,urlDecoder,urlEncoder,xml,xmlDecoder,xmlEncoder"
                        .split(",", -1)) {
            assertTrue(refused("${" + prefix + ":x}").contains("is not allowed"));
        }
    }

    static Stream<Configuration> commonsConfigurations() {
        return Stream.of(new BaseConfiguration(), new BaseHierarchicalConfiguration());
    }

    @ParameterizedTest
    @MethodSource("commonsConfigurations")
    void anInterpolatorThatTheCallersConfigurationBringsIsNotUsed(Configuration configuration, @TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "stolen");
        ConfigurationInterpolator everything = new ConfigurationInterpolator();
        for (DefaultLookups each : DefaultLookups.values()) {
            everything.registerLookup(each.getPrefix(), each.getLookup());
        }
        everything.registerLookup("own", name -> "stolen");
        configuration.setInterpolator(everything);
        configuration.setProperty("datastore.type", "disk");
        configuration.setProperty("datastore.path", "${file:UTF-8:" + file + "}");
        assertEquals("stolen", configuration.getString("datastore.path"), "the caller's interpolator works");
        MisconfiguredException e = assertThrows(
                MisconfiguredException.class, () -> ConfigReader.read(configuration, folder, TestTypes.ALL));
        assertTrue(e.getMessage().startsWith("datastore.path: ${file:UTF-8:"), e.getMessage());

        for (String each : new String[] {"${own:x}", "${datastore.type}"}) {
            configuration.setProperty("datastore.path", each);
            assertThrows(MisconfiguredException.class, () -> ConfigReader.read(configuration, folder, TestTypes.ALL));
        }
        configuration.setProperty("datastore.path", "${sys:" + PROPERTY + "}");
        assertEquals(
                folder.resolve("found"),
                ConfigReader.read(configuration, folder, TestTypes.ALL).get(TestTypes.PATH));
    }

    @Test
    void aMessageDoesNotShowWhatALookUpGave() {
        System.setProperty(PROPERTY, "hunter2");
        for (String name : new String[] {"type", "workers"}) {
            Map<String, String> parameters = new HashMap<>(Map.of("type", "cloud", "bucket", "b", "secretKey", "s"));
            parameters.put(name, "${sys:" + PROPERTY + "}");
            String message = assertThrows(
                            MisconfiguredException.class,
                            () -> ConfigReader.read(parameters, Path.of(""), TestTypes.ALL))
                    .getMessage();
            assertFalse(message.contains("hunter2"), message);
            assertTrue(message.contains(name + " cannot be \"${sys:" + PROPERTY + "}\""), message);
        }
    }

    @Test
    void aSecretsTextIsNotShownWhenItsLookUpIsRefused() {
        String message = assertThrows(
                        MisconfiguredException.class,
                        () -> LookUps.replace("hun${ter2}", "datastore.secretKey", true, ENVIRONMENT::get))
                .getMessage();
        assertEquals(
                "datastore.secretKey: what it looks up is not allowed; there are ${env:NAME} and ${sys:name}, "
                        + "and $${ stands for a plain ${",
                message);
        assertEquals(
                "datastore.secretKey: ${env:UNSET} is not set",
                assertThrows(
                                MisconfiguredException.class,
                                () -> LookUps.replace(
                                        "hunter2${env:UNSET}", "datastore.secretKey", true, ENVIRONMENT::get))
                        .getMessage());
    }

    @Test
    void keysAndNamesAreNotLookedUp() {
        String message = assertThrows(
                        MisconfiguredException.class,
                        () -> ConfigReader.read(
                                Map.of("type", "mem", "${sys:" + PROPERTY + "}", "x"), Path.of(""), TestTypes.ALL))
                .getMessage();
        assertFalse(message.contains("found"), message);
    }
}
