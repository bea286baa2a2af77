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
    private final Map<String, String> given;
    private final Path folder;

    private StoreConfig(
            DatastoreProvider provider,
            String where,
            Map<String, Parameter<?>> parameters,
            Map<String, Object> values,
            Map<String, String> shown,
            Map<String, String> given,
            Path folder) {
        this.provider = provider;
        this.where = where;
        this.parameters = parameters;
        this.values = values;
        this.shown = shown;
        this.given = given;
        this.folder = folder;
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
        Map<String, String> given = new LinkedHashMap<>();
        collect(node, parameters, values, given);
        given.put("type", provider.type());
        return new StoreConfig(provider, node.path(), parameters, values, shown, given, folder);
    }

    /** Collects what was given for a store's parameters, as plain texts. */
    private static void collect(
            ConfigNode node,
            Map<String, Parameter<?>> parameters,
            Map<String, Object> values,
            Map<String, String> given) {
        for (String name : node.childNames()) {
            Parameter<?> parameter = parameters.get(name);
            if (parameter != null && parameter.kind() == Parameter.Kind.SCALAR) {
                ConfigNode child = node.child(name).orElseThrow();
                String text = LookUps.replace(child.text(), child.path(), parameter.isSecret());
                given.put(name, text.replace("${", "$${"));
            } else if (values.get(name) instanceof StoreConfig store) {
                store.given.forEach((below, text) -> given.put(name + "." + below, text));
            } else if (values.get(name) instanceof List<?> stores) {
                for (int i = 0; i < stores.size(); i++) {
                    String element = name + "." + i + ".";
                    ((StoreConfig) stores.get(i)).given.forEach((below, text) -> given.put(element + below, text));
                }
            }
        }
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
            String what = parameter.isSecret() ? "cannot be used" : "cannot be " + Printable.quoted(raw);
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

    /**
     * What was given for this store, so that another process can open it with {@code Datastores.read(Map, Path)}: type
     * and parameters with their look-ups done, those of stores within it under names with dots. <b>Secrets are in it as
     * they are</b>; never show it.
     */
    public Map<String, String> given() {
        return new LinkedHashMap<>(given);
    }

    /** What relative paths start from. */
    public Path folder() {
        return folder;
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
