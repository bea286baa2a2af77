package io.motrds.api.spi;

import io.motrds.api.Datastore;
import io.motrds.api.MisconfiguredException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One store's configuration, checked: every parameter is one that its type takes, with a value that is allowed. Stores
 * within it are checked, too. Immutable and thread-safe.
 */
public final class StoreConfig {

    private final DatastoreProvider provider;
    private final String where;
    private final Map<String, Parameter<?>> parameters;
    private final Map<String, Object> values;
    private final Map<String, String> shown;

    private StoreConfig(
            DatastoreProvider provider,
            String where,
            Map<String, Parameter<?>> parameters,
            Map<String, Object> values,
            Map<String, String> shown) {
        this.provider = provider;
        this.where = where;
        this.parameters = parameters;
        this.values = values;
        this.shown = shown;
    }

    /**
     * Checks a node of a configuration.
     *
     * @param extra parameters that the surrounding store asks of this one
     */
    static StoreConfig check(ConfigNode node, Providers providers, Path folder, List<Parameter<?>> extra) {
        if (!node.isGroup()) {
            throw new MisconfiguredException(
                    node.path() + " must be a store, its type and parameters, not " + node.kind());
        }
        ConfigNode typeNode = node.child("type")
                .orElseThrow(() -> new MisconfiguredException(node.name("type") + " is missing: give the store's type, "
                        + "one of " + String.join(", ", providers.types())));
        String rawType = typeNode.text();
        DatastoreProvider provider = providers.require(
                LookUps.replace(rawType, typeNode.path(), false).strip(), rawType, typeNode.path());
        Map<String, Parameter<?>> parameters = new LinkedHashMap<>();
        provider.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        extra.forEach(parameter -> parameters.put(parameter.name(), parameter));
        for (String given : node.childNames()) {
            if (!given.equals("type") && !parameters.containsKey(given)) {
                throw new MisconfiguredException(node.name(given) + " is no parameter of type " + provider.type()
                        + Suggestion.of(given, parameters.keySet()));
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("type", provider.type());
        for (Parameter<?> parameter : parameters.values()) {
            Object value = value(parameter, node, providers, folder);
            if (value != null) {
                values.put(parameter.name(), value);
                shown.put(parameter.name(), parameter.isSecret() ? "****" : value.toString());
            }
        }
        return new StoreConfig(provider, node.path(), parameters, values, shown);
    }

    private static @Nullable Object value(Parameter<?> parameter, ConfigNode node, Providers providers, Path folder) {
        ConfigNode given = node.child(parameter.name()).orElse(null);
        if (given == null) {
            String name = node.name(parameter.name());
            if (parameter.isRequired()) {
                throw new MisconfiguredException(
                        name + " is missing; it is " + parameter.allowed() + ": " + parameter.doc());
            }
            return parameter
                    .defaultText()
                    .map(text -> parse(parameter, text, text, name, folder))
                    .orElse(null);
        }
        return switch (parameter.kind()) {
            case STORES -> {
                List<StoreConfig> stores = new ArrayList<>();
                for (ConfigNode each : given.elements()) {
                    stores.add(check(each, providers, folder, parameter.ofEach()));
                }
                yield List.copyOf(stores);
            }
            case STORE -> check(given, providers, folder, parameter.ofEach());
            case SCALAR -> {
                String raw = given.text();
                String text = LookUps.replace(raw, given.path(), parameter.isSecret());
                yield parse(parameter, text, raw, given.path(), folder);
            }
        };
    }

    /** Parses a text; a message shows it raw, as it was before look-ups, which may have given a secret. */
    private static Object parse(Parameter<?> parameter, String text, String raw, String name, Path folder) {
        Optional<?> parsed = parameter.parse(text, folder);
        if (parsed.isEmpty()) {
            String what = parameter.isSecret() ? "cannot be used" : "cannot be " + Quote.of(raw);
            throw new MisconfiguredException(name + " " + what + "; allowed is " + parameter.allowed());
        }
        return parsed.get();
    }

    /** The store's type. */
    public String type() {
        return provider.type();
    }

    /** Where it stands in the configuration, for messages, as in {@code datastore.mounts[0]}. */
    public String where() {
        return where;
    }

    /** The value of a parameter that is required or has a default. */
    public <T> T get(Parameter<T> parameter) {
        return find(parameter)
                .orElseThrow(
                        () -> new IllegalArgumentException(parameter + " is optional and was not given: use find"));
    }

    /** The value of a parameter, or its default; empty when it has none and was not given. */
    public <T> Optional<T> find(Parameter<T> parameter) {
        if (parameters.get(parameter.name()) != parameter) {
            throw new IllegalArgumentException(parameter + " is not among the parameters of type " + type());
        }
        @SuppressWarnings("unchecked") // the parameter of this name made the value
        T value = (T) values.get(parameter.name());
        return Optional.ofNullable(value);
    }

    /** An error of this configuration, to be thrown by a provider for what only it can see. */
    public MisconfiguredException error(Parameter<?> parameter, String what) {
        return new MisconfiguredException(where + (where.isEmpty() ? "" : ".") + parameter.name() + " " + what);
    }

    /**
     * Opens the store.
     *
     * @throws MisconfiguredException if the parameters cannot work together, or a class that the store needs is missing
     * @throws io.motrds.api.DatastoreException if the store cannot be opened
     */
    public Datastore open() {
        try {
            return provider.open(this);
        } catch (LinkageError e) {
            throw new MisconfiguredException(
                    "type " + type() + " cannot be opened, something that it needs is missing: " + e, e);
        }
    }

    /** Type and parameters, with secrets masked. */
    @Override
    public String toString() {
        return shown.toString();
    }

    /** Type and parameters as text, defaults included, secrets masked; nested stores in the form of their own text. */
    public Map<String, String> describe() {
        return new LinkedHashMap<>(shown);
    }

    /** The stores within this one. */
    public List<StoreConfig> stores() {
        List<StoreConfig> all = new ArrayList<>();
        for (Object value : values.values()) {
            if (value instanceof StoreConfig store) {
                all.add(store);
            } else if (value instanceof List<?> list) {
                list.stream()
                        .filter(StoreConfig.class::isInstance)
                        .map(StoreConfig.class::cast)
                        .forEach(all::add);
            }
        }
        return all;
    }
}
