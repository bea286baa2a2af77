package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The stores that can be opened: one provider a type. A provider that cannot be loaded, or two of one type, do not take
 * the others down; they are {@link #problems} and an error only for who asks for that type. Immutable and thread-safe.
 */
public final class Providers {

    private static final int MAX_LOAD_FAILURES = 100; // an iterator that only ever fails must not hang its caller

    private final Map<String, DatastoreProvider> byType = new TreeMap<>();
    private final Map<String, String> conflicts = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private Providers(Iterator<DatastoreProvider> found) {
        int failures = 0;
        while (failures < MAX_LOAD_FAILURES) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                add(found.next());
            } catch (NoSuchElementException e) {
                break;
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                failures++;
                problems.add("a provider could not be loaded: " + e);
            }
        }
        byType.keySet().removeAll(conflicts.keySet());
        problems.addAll(conflicts.values());
    }

    private void add(DatastoreProvider provider) {
        String type = provider.type();
        DatastoreProvider other = byType.putIfAbsent(type, provider);
        if (other != null && !other.getClass().equals(provider.getClass())) {
            conflicts.put(
                    type,
                    "type " + type + " has two providers, " + other.getClass().getName() + " and "
                            + provider.getClass().getName() + "; leave one of them out of the class path");
        }
    }

    /** Those that a class loader finds. */
    public static Providers load(ClassLoader loader) {
        return of(ServiceLoader.load(DatastoreProvider.class, loader).iterator());
    }

    /** Those of an iterator, which may fail as that of {@link ServiceLoader} does. */
    static Providers of(Iterator<DatastoreProvider> found) {
        return new Providers(found);
    }

    /** All of them, by type. */
    public List<DatastoreProvider> all() {
        return List.copyOf(byType.values());
    }

    /** Their types, sorted. */
    public Set<String> types() {
        return byType.keySet();
    }

    /** What went wrong while they were loaded, one line each. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * The provider of a type.
     *
     * @param parameter where the type was given, for the message
     */
    DatastoreProvider require(String type, String parameter) {
        DatastoreProvider provider = byType.get(type);
        if (provider != null) {
            return provider;
        }
        String conflict = conflicts.get(type);
        if (conflict != null) {
            throw new MisconfiguredException(parameter + ": " + conflict);
        }
        String failures = problems.isEmpty() ? "" : " (" + String.join("; ", problems) + ")";
        throw new MisconfiguredException(parameter + " cannot be \"" + type + "\": no provider has this type"
                + Suggestion.of(type, types()) + failures);
    }
}
