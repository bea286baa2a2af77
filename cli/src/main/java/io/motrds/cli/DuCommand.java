package io.motrds.cli;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.feature.DiskUsage;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.api.spi.Printable;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says how much a store holds. */
@Command(
        name = "du",
        description = "Say how many keys a store holds, the bytes of their values, and the space that it takes.",
        footer = {"  motrds du", "  motrds du /blocks", "  motrds du --json"})
final class DuCommand extends MotrdsCommand {

    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            defaultValue = "/",
            description = "Count only the keys below this one.")
    String prefix = "/";

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        Key below = Key.of(prefix);
        try (StoreSession session = motrds().open()) {
            Datastore store = session.store();
            Optional<Long> onDisk = store.feature(DiskUsage.class).map(DiskUsage::diskUsageBytes);
            long keys = 0;
            long bytes = 0;
            try (QueryResults results = store.query(Query.under(below).keysAndSizes())) {
                while (results.hasNext()) {
                    bytes += results.next().size();
                    keys++;
                }
            }
            print(store.name(), keys, bytes, onDisk);
        }
        return ExitCode.OK;
    }

    private void print(String store, long keys, long bytes, Optional<Long> onDisk) {
        if (json.json) {
            out().json(fields -> {
                fields.writeStringField("store", store);
                fields.writeNumberField("keys", keys);
                fields.writeNumberField("valueBytes", bytes);
                if (onDisk.isPresent()) {
                    fields.writeNumberField("storeBytes", onDisk.get());
                }
            });
            return;
        }
        out().line("store  " + Printable.text(store));
        out().line("keys   " + keys);
        out().line("values " + bytes + " B");
        onDisk.ifPresent(taken -> out().line("space  " + taken + " B, the whole store"));
    }
}
