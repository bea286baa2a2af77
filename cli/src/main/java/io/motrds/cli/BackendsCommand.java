package io.motrds.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.motrds.api.Datastores;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.Providers;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the types of stores and their parameters. */
@Command(
        name = "backends",
        description = "List the types of stores that can be configured, and their parameters.",
        footer = {"  motrds backends", "  motrds backends levelds", "  motrds backends --json"})
final class BackendsCommand extends MotrdsCommand {

    @Parameters(paramLabel = "TYPE", arity = "0..*", description = "Show these types alone.")
    List<String> types = List.of();

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        Providers providers = Datastores.providers();
        providers.problems().forEach(motrds()::warn);
        for (String type : types) {
            if (!providers.types().contains(type)) {
                throw new AbsentException(
                        "there is no type " + type + "; there are " + String.join(", ", providers.types()));
            }
        }
        for (DatastoreProvider provider : providers.all()) {
            if (types.isEmpty() || types.contains(provider.type())) {
                print(provider);
            }
        }
        return ExitCode.OK;
    }

    private void print(DatastoreProvider provider) {
        if (json.json) {
            out().json(fields -> {
                fields.writeStringField("type", provider.type());
                fields.writeStringField("description", provider.description());
                fields.writeArrayFieldStart("parameters");
                for (Parameter<?> parameter : provider.parameters()) {
                    write(parameter, fields);
                }
                fields.writeEndArray();
            });
            return;
        }
        out().line(provider.type() + ": " + provider.description());
        for (Parameter<?> parameter : provider.parameters()) {
            out().line("  " + parameter.name() + ": " + parameter.doc());
            out().line("      " + parameter.allowed() + "; "
                    + parameter
                            .defaultText()
                            .map(text -> "default " + text)
                            .orElse(parameter.isRequired() ? "required" : "optional"));
        }
    }

    private static void write(Parameter<?> parameter, JsonGenerator fields) throws IOException {
        fields.writeStartObject();
        fields.writeStringField("name", parameter.name());
        fields.writeStringField("description", parameter.doc());
        fields.writeStringField("allowed", parameter.allowed());
        fields.writeBooleanField("required", parameter.isRequired());
        fields.writeBooleanField("secret", parameter.isSecret());
        fields.writeStringField("default", parameter.defaultText().orElse(null));
        fields.writeEndObject();
    }
}
