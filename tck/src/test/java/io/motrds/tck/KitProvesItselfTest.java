package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** Each fault that a store can have is caught by the tests made for it, which say what is wrong. */
class KitProvesItselfTest {

    /** A fault that takes a race shows in some runs only; most show in the first. */
    private static final int RUNS = 20;

    private static final ThreadLocal<Fault> FAULT = new ThreadLocal<>();

    /** Run through the launcher alone. */
    static class FaultyStoreTck extends DatastoreTck {
        @Override
        protected Map<String, String> configuration(Path folder) {
            Fault fault = FAULT.get(); // none when somebody runs this class itself
            Map<String, String> correct = Map.of("type", "reference", "path", folder.toString());
            Map<String, String> faulty = new TreeMap<>(correct);
            faulty.put("fault", String.valueOf(fault));
            return fault == null ? correct : faulty;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultIsCaughtByTheTestsMadeForIt(Fault fault) {
        for (String test : fault.caughtBy()) {
            List<Failure> failures = run(test, fault);
            for (int again = 1; failures.isEmpty() && again < RUNS; again++) {
                failures = run(test, fault);
            }
            assertEquals(1, failures.size(), () -> test + " does not catch " + fault);
            Throwable failure = failures.get(0).getException();
            assertTrue(
                    failure instanceof AssertionError || isOf(fault, failure),
                    () -> test + " stumbles over " + fault + " instead of catching it: " + failure);
        }
    }

    /** Some faults are failures of a call that must not fail; the test need not catch them to report them. */
    private static boolean isOf(Fault fault, Throwable failure) {
        return Set.of(
                                Fault.FAILS_WHEN_ABSENT,
                                Fault.SYNCS_KEYS_ALONE,
                                Fault.REFUSES_THE_ROOT,
                                Fault.REFUSES_WHAT_IS_WITHIN_ITS_LIMITS,
                                Fault.NEXT_NEEDS_HASNEXT,
                                Fault.FAILS_WHEN_EMPTY,
                                Fault.FINDS_DAMAGE_IN_GOOD_DATA,
                                Fault.CLOSES_ONCE_ONLY,
                                Fault.OPEN_RESULTS_STOP_WRITES,
                                Fault.CLOSE_BREAKS_WHAT_IS_UNDER_WAY)
                        .contains(fault)
                && failure instanceof RuntimeException;
    }

    private static List<Failure> run(String test, Fault fault) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(FaultyStoreTck.class, test))
                .build();
        FAULT.set(fault);
        try {
            LauncherFactory.create().execute(request, summary);
        } finally {
            FAULT.remove();
        }
        assertEquals(1, summary.getSummary().getTestsStartedCount(), () -> "the kit has a test " + test);
        return summary.getSummary().getFailures();
    }

    @Test
    void everyTestOfTheKitIsProved() {
        Set<String> tests = Arrays.stream(DatastoreTck.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(tests.size() > 80, () -> "these are not all tests of the kit: " + tests);
        Set<String> proved = new HashSet<>();
        Arrays.stream(Fault.values()).forEach(fault -> proved.addAll(fault.caughtBy()));
        tests.removeAll(proved);
        assertEquals(Set.of(), tests, "every test of the kit fails for a store that is made to break its rule");
    }
}
