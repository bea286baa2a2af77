package io.motrds.cli.arrows;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Which module may know which: the rules of the design, for all packages below a root. Modules that come later are named
 * already, so that the rules wait for them.
 */
record ModuleArrows(String root) {

    private static final List<String> BACKENDS = List.of("memory", "leveldb", "s3", "motr");
    private static final List<String> ON_API_ALONE =
            List.of("layers", "ipfs", "tck", "memory", "leveldb", "s3", "motr", "server");

    List<ArchRule> all() {
        List<ArchRule> rules = new ArrayList<>();
        rules.add(apiDependsOnNoModule());
        ON_API_ALONE.forEach(module -> rules.add(dependsOnApiAlone(module)));
        BACKENDS.forEach(backend -> rules.add(isNamedNowhereElse(backend)));
        rules.add(isUsedOnlyIn("com.sun.jna..", "motr.jna"));
        // bench.raw measures the libraries below our stores by themselves
        rules.add(isUsedOnlyIn("software.amazon.awssdk..", "s3", "bench.raw"));
        rules.add(isUsedOnlyIn("org.iq80.leveldb..", "leveldb", "motr", "bench.raw"));
        rules.add(isUsedOnlyIn("io.micrometer..", "layers", "server"));
        rules.add(isUsedOnlyIn("io.grpc..", "server"));
        rules.add(isUsedOnlyIn("com.google.protobuf..", "server"));
        return rules;
    }

    private String packagesOf(String module) {
        return root + "." + module + "..";
    }

    ArchRule apiDependsOnNoModule() {
        return noClasses()
                .that()
                .resideInAPackage(packagesOf("api"))
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(resideOutsideOfPackage(packagesOf("api"))))
                .as("api depends on no module of ours");
    }

    ArchRule dependsOnApiAlone(String module) {
        return noClasses()
                .that()
                .resideInAPackage(packagesOf(module))
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..")
                        .and(resideOutsideOfPackage(packagesOf("api")))
                        .and(resideOutsideOfPackage(packagesOf(module))))
                .allowEmptyShould(true)
                .as(module + " depends on api alone");
    }

    ArchRule isNamedNowhereElse(String backend) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(packagesOf(backend))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packagesOf(backend))
                .as("no class of " + backend + " is named outside it");
    }

    ArchRule isUsedOnlyIn(String library, String... modules) {
        String[] allowed = List.of(modules).stream().map(this::packagesOf).toArray(String[]::new);
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .as(library + " is used only in " + String.join(", ", modules));
    }
}
