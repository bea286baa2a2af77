package io.motrds.tck;

import static org.junit.jupiter.api.Assertions.fail;

import io.motrds.api.Datastore;
import io.motrds.api.feature.Persistence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rule that a store, whatever is done with it, does what a sorted map does. */
interface ModelRules extends StoreRules {

    /** Sequences by default; {@code -Dmotrds.tck.seed=N} runs the sequence of one seed alone. */
    int MODEL_SEQUENCES = 30;

    @Test
    default void anySequenceOfOperationsDoesWhatASortedMapDoes() {
        Long given = Long.getLong("motrds.tck.seed");
        for (long seed = given == null ? 1 : given; seed <= (given == null ? MODEL_SEQUENCES : given); seed++) {
            List<Operation> sequence = sequence(seed);
            Optional<String> difference = run(store(), sequence);
            if (difference.isPresent()) {
                report(seed, sequence, difference.get());
            }
        }
    }

    private static List<Operation> sequence(long seed) {
        Random random = new Random(seed);
        List<Operation> sequence = new ArrayList<>();
        int length = 10 + random.nextInt(90);
        for (int i = 0; i < length; i++) {
            sequence.add(Operation.random(random));
        }
        return sequence;
    }

    /** Does the operations, on an emptied store, and tells the first difference. */
    private Optional<String> run(Datastore first, List<Operation> sequence) {
        Model model = new Model(first, this::reopened, promises(Persistence.class));
        model.clear();
        for (int i = 0; i < sequence.size(); i++) {
            Optional<String> difference = model.difference(sequence.get(i));
            if (difference.isPresent()) {
                return Optional.of("at operation " + (i + 1) + ": " + difference.get());
            }
        }
        return Optional.empty();
    }

    /** Leaves out what is not needed for the difference, as long as something can be left out. */
    private void report(long seed, List<Operation> failing, String difference) {
        List<Operation> shortest = new ArrayList<>(failing);
        String last = difference;
        for (int size = shortest.size() / 2; size > 0; size /= 2) {
            for (int from = 0; from + size <= shortest.size(); ) {
                List<Operation> shorter = new ArrayList<>(shortest.subList(0, from));
                shorter.addAll(shortest.subList(from + size, shortest.size()));
                Optional<String> again = run(store(), shorter);
                if (again.isPresent()) {
                    shortest = shorter;
                    last = again.get();
                } else {
                    from += size;
                }
            }
        }
        StringBuilder text = new StringBuilder("a store does what a sorted map does; ");
        text.append(last).append("; seed ").append(seed).append("; the shortest sequence found:");
        shortest.forEach(operation -> text.append("\n  ").append(operation));
        fail(text.toString());
    }
}
