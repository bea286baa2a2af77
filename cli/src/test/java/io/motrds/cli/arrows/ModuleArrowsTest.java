package io.motrds.cli.arrows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrows between modules point one way. */
class ModuleArrowsTest {

    private static final JavaClasses PROJECT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.motrds");

    static Stream<ArchRule> rules() {
        return new ModuleArrows("io.motrds").all().stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void noModuleLooksWhereItMustNot(ArchRule rule) {
        rule.check(PROJECT);
    }

    @Test
    void everyModuleIsLookedAt() {
        Set<String> modules = PROJECT.stream()
                .map(JavaClass::getPackageName)
                .map(name -> name.split("\\.", -1)[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(
                modules.containsAll(
                        Set.of("api", "layers", "memory", "leveldb", "s3", "motr", "tck", "ipfs", "server", "cli")),
                () -> "only " + modules);
    }

    /** Below {@code broken} lies a project that breaks rules, so that this shows that they can fail. */
    @Test
    void brokenArrowsAreSeen() {
        String root = ModuleArrowsTest.class.getPackageName() + ".broken";
        JavaClasses broken = new ClassFileImporter().importPackages(root);

        Set<String> seen = new ModuleArrows(root)
                .all().stream()
                        .filter(rule -> rule.evaluate(broken).hasViolation())
                        .map(ArchRule::getDescription)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(
                new TreeSet<>(Set.of(
                        "api depends on no module of ours",
                        "ipfs depends on api alone",
                        "no class of leveldb is named outside it",
                        "org.iq80.leveldb.. is used only in leveldb, motr, bench.raw",
                        "io.micrometer.. is used only in layers, server")),
                seen);
    }
}
