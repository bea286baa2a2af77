package io.motrds.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Stores are measured as their users have them: found by name. Libraries below them are touched by yardsticks alone. */
class ArrowsTest {

    private static final JavaClasses BENCH = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.motrds.bench");

    @Test
    void noBackendIsNamed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.motrds.memory..", "io.motrds.leveldb..", "io.motrds.s3..", "io.motrds.motr..")
                .check(BENCH);
    }

    @Test
    void librariesBelowStoresAreTouchedByYardsticksAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.motrds.bench.raw..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon.awssdk..", "org.iq80.leveldb..", "org.rocksdb..")
                .check(BENCH);
    }
}
