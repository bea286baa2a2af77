package io.motrds.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.motrds.api.Datastore;
import io.motrds.api.spi.Printable;
import io.motrds.api.spi.StoreConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Works on configurations of stores. */
@Command(
        name = "config",
        description = "Check a store's configuration.",
        subcommands = ConfigCommand.Check.class,
        footer = "  motrds config check motrds.properties")
final class ConfigCommand extends MotrdsCommand {

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command: check");
    }

    /** Checks a configuration and prints what it resolves to. */
    @Command(
            name = "check",
            description = {
                "Check a configuration and print the store that it describes, defaults included,",
                "secrets masked."
            },
            footer = {
                "  motrds config check                    the store that other commands would use",
                "  motrds config check motrds.yaml",
                "  motrds config check --open ~/.ipfs/config"
            })
    static final class Check extends MotrdsCommand {

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "The file; like --config.")
        @Nullable Path file;

        @Option(names = "--open", description = "Open the store, too, and close it again.")
        boolean open;

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            if (file != null) {
                motrds().config = file;
            }
            StoreConfig config = motrds().storeConfig();
            if (json.json) {
                out().json(fields -> write(config, fields));
            } else {
                print(config);
            }
            if (open) {
                try (StoreSession session = StoreSession.open(config)) {
                    Datastore store = session.store();
                    if (!json.json) {
                        out().line("opened " + Printable.text(store.name()));
                    }
                }
            }
            return ExitCode.OK;
        }

        private void print(StoreConfig config) {
            String prefix = config.where().isEmpty() ? "" : config.where() + ".";
            Map<String, List<StoreConfig>> nested = nested(config);
            config.describe().forEach((name, value) -> {
                if (!nested.containsKey(name)) {
                    out().line(Printable.text(prefix + name + " = " + value));
                }
            });
            config.stores().forEach(this::print);
        }

        private static void write(StoreConfig config, JsonGenerator fields) throws IOException {
            Map<String, List<StoreConfig>> nested = nested(config);
            for (Map.Entry<String, String> each : config.describe().entrySet()) {
                List<StoreConfig> stores = nested.get(each.getKey());
                if (stores == null) {
                    fields.writeStringField(each.getKey(), each.getValue());
                    continue;
                }
                boolean isList = each.getValue().startsWith("["); // otherwise the parameter takes one store
                fields.writeFieldName(each.getKey());
                if (isList) {
                    fields.writeStartArray();
                }
                for (StoreConfig store : stores) {
                    fields.writeStartObject();
                    write(store, fields);
                    fields.writeEndObject();
                }
                if (isList) {
                    fields.writeEndArray();
                }
            }
        }

        /** The stores within one, by the parameter that they belong to: the next part of where they stand. */
        private static Map<String, List<StoreConfig>> nested(StoreConfig config) {
            Map<String, List<StoreConfig>> nested = new LinkedHashMap<>();
            for (StoreConfig store : config.stores()) {
                String below = config.where().isEmpty()
                        ? store.where()
                        : store.where().substring(config.where().length() + 1);
                String parameter = below.split("[.\\[]", 2)[0];
                nested.merge(parameter, List.of(store), Check::joined);
            }
            return nested;
        }

        private static List<StoreConfig> joined(List<StoreConfig> some, List<StoreConfig> more) {
            List<StoreConfig> all = new ArrayList<>(some);
            all.addAll(more);
            return all;
        }
    }
}
