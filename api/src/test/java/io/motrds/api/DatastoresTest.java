package io.motrds.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.NamedProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store is opened from each kind of configuration, through the service loader. */
class DatastoresTest {

    @TempDir
    private Path folder;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @BeforeEach
    void offerAProvider() throws IOException {
        Path services = folder.resolve("classes/META-INF/services/" + DatastoreProvider.class.getName());
        Files.createDirectories(Objects.requireNonNull(services.getParent()));
        Files.writeString(services, NamedProvider.class.getName());
        URL[] urls = {folder.resolve("classes").toUri().toURL()};
        Thread.currentThread().setContextClassLoader(new URLClassLoader(urls, before));
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    private static void assertWorks(Datastore store, String name) {
        try (store) {
            assertEquals(name, store.name());
            store.put(Key.of("/greeting"), "hello".getBytes(UTF_8));
            assertArrayEquals(
                    "hello".getBytes(UTF_8), store.get(Key.of("/greeting")).orElseThrow());
        }
    }

    @Test
    void aStoreIsOpenedFromAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.properties"), "datastore.type=named\ndatastore.path=data\n");
        assertWorks(Datastores.open(file), "named " + folder.resolve("data"));
    }

    @Test
    void aStoreIsOpenedFromACommonsConfiguration() {
        PropertiesConfiguration configuration = new PropertiesConfiguration();
        configuration.setProperty("datastore.type", "named");
        configuration.setProperty("datastore.path", "data");
        assertWorks(Datastores.open(configuration), "named " + Path.of("data").toAbsolutePath());
        assertEquals(
                folder.resolve("data").toString(),
                Datastores.read(configuration, folder).describe().get("path"));
    }

    @Test
    void aStoreIsOpenedFromParameters() {
        assertWorks(Datastores.open(Map.of("type", "named", "path", "/var/x")), "named /var/x");
    }

    @Test
    void readingOpensNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "datastore: {type: named, path: /fails}");
        assertEquals("named", Datastores.read(file).type());
        assertThrows(DatastoreUnavailableException.class, () -> Datastores.open(file));
        assertEquals(
                "named",
                Datastores.read(Map.of("type", "named", "path", "/fails"), folder)
                        .type());
    }

    @Test
    void aConfigurationThatCannotWorkIsRefusedWithTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "{\"type\": \"named\", \"paht\": \"data\"}");
        String message = assertThrows(MisconfiguredException.class, () -> Datastores.open(file))
                .getMessage();
        assertEquals(file + ": paht is no parameter of type named; did you mean path? There are: path", message);
        assertTrue(Datastores.providers().types().contains("named"));
    }
}
