package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of the {@link Datastore} contract as tests. A store's test extends this class and says how to open the
 * store; it then runs every rule:
 *
 * <pre>{@code
 * class LevelDbTest extends DatastoreTck {
 *     @Override
 *     protected Map<String, String> configuration(Path folder) {
 *         return Map.of("type", "levelds", "path", folder.toString());
 *     }
 * }
 * }</pre>
 *
 * <p>No rule is skipped for a store that cannot do something: where it does not declare a feature, the same test checks
 * the weaker promise. The message of a failed check is the rule that was broken.
 */
public abstract class DatastoreTck
        implements BasicRules,
                LimitRules,
                ArrayRules,
                KeyRules,
                QueryRules,
                ResultsRules,
                BatchRules,
                ClosingRules,
                ConcurrencyRules,
                LinearizabilityRules,
                ModelRules,
                FeatureRules,
                DurabilityRules,
                ForcedRules {

    @TempDir
    private @Nullable Path temporary;

    private final Deque<Datastore> opened = new ArrayDeque<>();
    private @Nullable Datastore store;
    private int others;

    /** For subclasses. */
    protected DatastoreTck() {}

    /**
     * The parameters of the store that lives at a folder, as for {@link Datastores#open(Map)}. Opened again with them
     * after it was closed, the store shows what it kept. Another process opens the store with them, too.
     *
     * @param folder a place of the store's own; it does not exist at first. A store that is not kept in files takes the
     *     path as a name that no other test uses
     */
    protected abstract Map<String, String> configuration(Path folder);

    /** Opens the store that lives at a folder. Override it for a store that is not opened from parameters alone. */
    protected Datastore open(Path folder) {
        return Datastores.open(configuration(folder));
    }

    /**
     * Whether a file in the store's folder holds data that must be on the disk when sync returns. Override it for files
     * whose loss in a crash loses nothing, such as a lock or a log of events.
     */
    protected boolean holdsData(Path file) {
        return true;
    }

    /**
     * Whether queries show every key. Override it for a server whose listings may lack a key that was put while another
     * call deleted it: a query that shows no such key then says nothing about whether it is there. What queries do show
     * must be right all the same, and reads of single keys must.
     */
    protected boolean queriesShowEveryKey() {
        return true;
    }

    @Override
    public final boolean showsKeysPutDuringDeletes() {
        return queriesShowEveryKey();
    }

    @Override
    public final boolean countsAsData(Path file) {
        return holdsData(file);
    }

    @Override
    public final Datastore store() {
        Datastore current = store;
        if (current == null) {
            current = openNow(place(STORE));
            store = current;
        }
        return current;
    }

    @Override
    public final Datastore reopened() {
        store().close();
        store = null;
        return store();
    }

    @Override
    public final Datastore another() {
        others++;
        return openNow(place("other-" + others));
    }

    @Override
    public final Map<String, String> parameters(Path folder) {
        return configuration(folder);
    }

    @AfterEach
    final void closeStores() {
        opened.forEach(Datastore::close);
    }

    private Datastore openNow(Path folder) {
        Datastore now = open(folder);
        opened.push(now);
        return now;
    }

    @Override
    public final Path place(String name) {
        Path parent = temporary;
        if (parent == null) {
            throw new IllegalStateException("JUnit has not set the temporary folder");
        }
        try {
            return parent.toRealPath().resolve(name); // the recorder sees real paths
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
