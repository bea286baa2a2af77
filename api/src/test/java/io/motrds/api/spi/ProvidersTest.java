package io.motrds.api.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.broken.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How providers are found, and that one that is broken harms no other. */
class ProvidersTest {

    private static final String SERVICE = "META-INF/services/" + DatastoreProvider.class.getName();

    @TempDir
    private Path temporary;

    /** Sees the classes of the test, but looks up services and hidden classes in folders of its own alone. */
    private static final class Isolated extends URLClassLoader {
        Isolated(Path... folders) {
            super(Arrays.stream(folders).map(Isolated::url).toArray(URL[]::new), ProvidersTest.class.getClassLoader());
        }

        private static URL url(Path path) {
            try {
                return path.toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.endsWith("$Hidden")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.endsWith("$WithoutParent")) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = Objects.requireNonNull(
                    ProvidersTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class"))) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private Path services(String name, String... lines) throws IOException {
        Path folder = temporary.resolve(name);
        Path file = folder.resolve(SERVICE);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, String.join("\n", lines));
        return folder;
    }

    private Providers load(Class<?>... classes) throws IOException {
        String[] names = Stream.of(classes).map(Class::getName).toArray(String[]::new);
        return Providers.load(new Isolated(services("services", names)));
    }

    private static String refused(Providers providers, String type) {
        return assertThrows(
                        MisconfiguredException.class,
                        () -> ConfigReader.read(Map.of("type", type), Path.of(""), providers))
                .getMessage();
    }

    @Test
    void providersAreListedByTypeWithTheirParameters() {
        assertEquals(Set.of("cloud", "disk", "measure", "mem", "mount"), TestTypes.ALL.types());
        assertEquals(
                List.of("cloud", "disk", "measure", "mem", "mount"),
                TestTypes.ALL.all().stream().map(DatastoreProvider::type).toList());
        DatastoreProvider disk = TestTypes.ALL.all().get(1);
        assertEquals(
                List.of(
                        "path: folder of the database, a path",
                        "writeBuffer: memory for recent writes, a number of bytes such as 4096, 64KiB or 32MiB [32MiB]",
                        "sync: wait for the disk, true or false [true]",
                        "compression: how to compress, one of none, snappy [snappy]",
                        "label: a name to show, text"),
                disk.parameters().stream().map(ProvidersTest::line).toList());
        assertEquals(List.of(), TestTypes.ALL.problems());
    }

    private static String line(Parameter<?> parameter) {
        return parameter.name() + ": " + parameter.doc() + ", " + parameter.allowed()
                + parameter.defaultText().map(text -> " [" + text + "]").orElse("");
    }

    @Test
    void whatIsListedCannotBeChanged() {
        assertThrows(
                UnsupportedOperationException.class, () -> TestTypes.ALL.types().clear());
        assertThrows(
                UnsupportedOperationException.class, () -> TestTypes.ALL.all().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> TestTypes.ALL.problems().clear());
    }

    @Test
    void aProviderIsFoundByTheClassLoader() throws IOException {
        Providers providers = load(Provider.class);
        assertEquals(Set.of("sound"), providers.types());
        assertEquals(List.of(), providers.problems());
        assertEquals(
                "sound",
                ConfigReader.read(Map.of("type", "sound"), Path.of(""), providers)
                        .type());
    }

    @Test
    void aProviderIsFoundInAJar() throws IOException {
        Path jar = temporary.resolve("store.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(SERVICE));
            zip.write(Provider.class.getName().getBytes(StandardCharsets.UTF_8));
        }
        try (Isolated loader = new Isolated(jar)) {
            assertEquals(Set.of("sound"), Providers.load(loader).types());
        }
    }

    @Test
    void theContextClassLoaderIsAsked() throws IOException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (Isolated loader = new Isolated(services("services", Provider.class.getName()))) {
            Thread.currentThread().setContextClassLoader(loader);
            assertEquals(Set.of("sound"), Datastores.providers().types());
            assertEquals(
                    "sound",
                    Datastores.read(Map.of("type", "sound"), Path.of("")).type());
            Thread.currentThread().setContextClassLoader(null);
            assertEquals(Set.of(), Datastores.providers().types());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void aClassThatIsThereTwiceIsNoConflict() throws IOException {
        Path first = services("first", Provider.class.getName(), Provider.class.getName());
        Path second = services("second", Provider.class.getName());
        Providers providers = Providers.load(new Isolated(first, second));
        assertEquals(Set.of("sound"), providers.types());
        assertEquals(List.of(), providers.problems());
        Providers again = Providers.of(
                List.<DatastoreProvider>of(new Provider(), new Provider()).iterator());
        assertEquals(Set.of("sound"), again.types());
    }

    @Test
    void twoProvidersOfOneTypeAreAConflictForThatTypeAlone() throws IOException {
        Providers providers = Providers.of(
                List.of(new Provider(), TestTypes.MEM, new Provider.Rival()).iterator());
        assertEquals(Set.of("mem"), providers.types());
        String conflict = "type sound has 2 providers, io.motrds.api.broken.Provider and "
                + "io.motrds.api.broken.Provider$Rival; leave only one of them on the class path";
        assertEquals(List.of(conflict), providers.problems());
        assertEquals("type: " + conflict, refused(providers, "sound"));
        assertEquals(
                "mem",
                ConfigReader.read(Map.of("type", "mem"), Path.of(""), providers).type());
        assertFalse(refused(providers, "soun").contains("did you mean sound"));
    }

    @Test
    void threeProvidersOfOneTypeAreAllNamedInAnySequence() throws IOException {
        List<Class<?>> three = List.of(Provider.class, Provider.Rival.class, Provider.OtherRival.class);
        String expected = "type: type sound has 3 providers, " + "io.motrds.api.broken.Provider and "
                + "io.motrds.api.broken.Provider$OtherRival and io.motrds.api.broken.Provider$Rival; "
                + "leave only one of them on the class path";
        assertEquals(expected, refused(load(three.get(0), three.get(1), three.get(2)), "sound"));
        assertEquals(expected, refused(load(three.get(2), three.get(0), three.get(1)), "sound"));
        assertEquals(
                1, load(three.get(1), three.get(2), three.get(0)).problems().size());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Provider.FailingConstructor.class,
                Provider.FailingInitializer.class,
                Provider.WithoutConstructor.class,
                Provider.NullType.class,
                Provider.BlankType.class,
                Provider.FailingType.class,
                LookUpsTest.class // no provider at all
            })
    void aBrokenProviderIsNamedAndTakesNoOtherDown(Class<?> broken) throws IOException {
        Providers providers = load(broken, Provider.class);
        assertEquals(Set.of("sound"), providers.types());
        assertEquals(1, providers.problems().size(), providers.problems().toString());
        String problem = providers.problems().get(0);
        assertTrue(problem.contains(broken.getName()), problem);
        assertEquals(1, problem.lines().count(), problem);
        assertTrue(refused(providers, "whatever").contains(problem), "whoever misses a type learns of it");
        assertEquals(Set.of("sound"), load(Provider.class, broken).types(), "in any sequence");
    }

    @Test
    void whatMadeAProviderFailIsTold() throws IOException {
        assertTrue(load(Provider.FailingConstructor.class).problems().get(0).contains("no constructor today"));
        assertTrue(load(Provider.FailingType.class).problems().get(0).contains("no type today"));
    }

    @Test
    void aProviderWhoseParentClassIsMissingTakesNoOtherDown() throws IOException {
        Providers providers = load(Provider.WithoutParent.class, Provider.class);
        assertEquals(Set.of("sound"), providers.types());
        assertEquals(1, providers.problems().size(), providers.problems().toString());
        assertTrue(
                providers.problems().get(0).contains("Provider$Hidden"),
                providers.problems().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.example.NoSuchClass", "not a class name", "com.example.", "<html>", "1234", "a/b/C"})
    void aListOfServicesThatIsBrokenTakesNoOtherDown(String line) throws IOException {
        Path broken = services("broken", line);
        Path sound = services("sound", "# the good one", "", Provider.class.getName() + " # it");
        for (Isolated loader : List.of(new Isolated(broken, sound), new Isolated(sound, broken))) {
            Providers providers = Providers.load(loader);
            assertEquals(Set.of("sound"), providers.types());
            assertEquals(1, providers.problems().size(), providers.problems().toString());
        }
    }

    @Test
    void aProviderWhoseParametersFailIsNamedWhenItsTypeIsAskedFor() throws IOException {
        Providers providers = load(
                Provider.FailingParameters.class,
                Provider.TwinParameters.class,
                Provider.TypeParameter.class,
                Provider.class);
        assertEquals(Set.of("sound"), providers.types(), "whoever lists parameters relies on them");
        assertEquals(3, providers.problems().size());
        assertEquals(
                "type: the provider io.motrds.api.broken.Provider$FailingParameters of type picky cannot be used: "
                        + "java.lang.NoClassDefFoundError: com/example/Missing",
                refused(providers, "picky"));
        assertTrue(refused(providers, "twins").endsWith("it declares the parameter name twice"));
        assertTrue(refused(providers, "typed").endsWith("it declares the parameter type twice"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void anIteratorThatFailsNowAndThenIsReadToItsEnd() {
        Iterator<DatastoreProvider> found = mock(Iterator.class);
        when(found.hasNext())
                .thenReturn(true)
                .thenThrow(new ServiceConfigurationError("bad entry"))
                .thenReturn(true)
                .thenThrow(new NoClassDefFoundError("x/Y"))
                .thenReturn(true, false);
        when(found.next())
                .thenReturn(TestTypes.MEM)
                .thenThrow(new ServiceConfigurationError("bad constructor", new IllegalStateException("why")))
                .thenReturn(TestTypes.DISK);
        Providers providers = Providers.of(found);
        assertEquals(Set.of("disk", "mem"), providers.types());
        assertEquals(
                List.of(
                        "a provider could not be loaded: java.util.ServiceConfigurationError: bad entry",
                        "a provider could not be loaded: java.util.ServiceConfigurationError: bad constructor: "
                                + "java.lang.IllegalStateException: why",
                        "a provider could not be loaded: java.lang.NoClassDefFoundError: x/Y"),
                providers.problems());
    }

    @Test
    @Timeout(120)
    @SuppressWarnings("unchecked")
    void anIteratorThatOnlyFailsIsGivenUp() {
        Iterator<DatastoreProvider> failing = mock(Iterator.class);
        when(failing.hasNext()).thenThrow(new ServiceConfigurationError("always"));
        assertEquals(100, Providers.of(failing).problems().size());
        Iterator<DatastoreProvider> lying = mock(Iterator.class);
        when(lying.hasNext()).thenReturn(true);
        when(lying.next()).thenThrow(new NoSuchElementException());
        assertEquals(Set.of(), Providers.of(lying).types());
    }

    @Test
    void providersAreFoundAnewEachTime() throws IOException {
        assertNotSame(Datastores.providers(), Datastores.providers());
        assertEquals("sound", load(Provider.class).types().stream().collect(Collectors.joining()));
    }
}
