package io.motrds.api.spi;

import io.motrds.api.MisconfiguredException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The stores that can be opened: one provider a type. A provider that cannot be loaded, or two of one type, do not take
 * the others down; they are {@link #problems} and an error only for who asks for that type. Immutable and thread-safe.
 */
public final class Providers {

    private static final int MAX_LOAD_FAILURES = 100; // an iterator that only ever fails must not hang its caller

    private final Map<String, DatastoreProvider> byType = new TreeMap<>();
    private final Map<String, String> unusable = new TreeMap<>(); // why, by type
    private final List<String> problems = new ArrayList<>();

    private Providers(Iterator<DatastoreProvider> found) {
        Map<String, Map<String, DatastoreProvider>> all = new TreeMap<>(); // by type and by the name of their class
        int failures = 0;
        while (failures < MAX_LOAD_FAILURES) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                add(found.next(), all);
            } catch (NoSuchElementException e) {
                break;
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                failures++;
                problems.add("a provider could not be loaded: " + reason(e));
            }
        }
        all.forEach(this::choose);
        problems.addAll(unusable.values());
    }

    /** Of one class found twice, as with two copies of one jar, the first counts. */
    private void add(DatastoreProvider provider, Map<String, Map<String, DatastoreProvider>> all) {
        String name = provider.getClass().getName();
        String type = null;
        String why = "it tells no type";
        try {
            type = provider.type();
        } catch (LinkageError | RuntimeException e) {
            why = reason(e);
        }
        if (type == null || type.isBlank()) {
            problems.add("the provider " + name + " cannot be used: " + why);
        } else {
            all.computeIfAbsent(type, t -> new LinkedHashMap<>()).putIfAbsent(name, provider);
        }
    }

    private void choose(String type, Map<String, DatastoreProvider> claimants) {
        if (claimants.size() > 1) {
            unusable.put(
                    type,
                    "type " + type + " has " + claimants.size() + " providers, "
                            + String.join(" and ", new TreeSet<>(claimants.keySet()))
                            + "; leave only one of them on the class path");
            return;
        }
        claimants.forEach((name, provider) -> {
            String fault = faultOf(provider);
            if (fault == null) {
                byType.put(type, provider);
            } else {
                unusable.put(type, "the provider " + name + " of type " + type + " cannot be used: " + fault);
            }
        });
    }

    /** What is wrong with a provider's description and parameters: whoever lists the stores relies on them. */
    private static @Nullable String faultOf(DatastoreProvider provider) {
        try {
            if (provider.description() == null) {
                return "it has no description";
            }
            Set<String> names = new TreeSet<>(Set.of("type"));
            for (Parameter<?> parameter : provider.parameters()) {
                if (!names.add(parameter.name())) {
                    return "it declares the parameter " + parameter.name() + " twice";
                }
            }
            return null;
        } catch (LinkageError | RuntimeException e) {
            return reason(e);
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        return e + (cause == null ? "" : ": " + cause);
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
        return Collections.unmodifiableSet(byType.keySet());
    }

    /** What went wrong while they were loaded, one line each. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * The provider of a type.
     *
     * @param given the type as it was given, for the message
     * @param parameter where it was given, for the message
     */
    DatastoreProvider require(String type, String given, String parameter) {
        DatastoreProvider provider = byType.get(type);
        if (provider != null) {
            return provider;
        }
        String why = unusable.get(type);
        if (why != null) {
            throw new MisconfiguredException(parameter + ": " + why);
        }
        String failures = problems.isEmpty() ? "" : " (" + String.join("; ", problems) + ")";
        throw new MisconfiguredException(parameter + " cannot be " + Printable.quoted(given)
                + ": no provider has this type" + Suggestion.of(given, types()) + failures);
    }
}
