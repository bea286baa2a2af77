package io.motrds.cli;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import io.motrds.api.query.Entry;
import io.motrds.api.query.Order;
import io.motrds.api.query.Query;
import io.motrds.api.query.QueryResults;
import io.motrds.api.spi.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Works on the keys of the datastore itself. */
@Command(
        name = "key",
        description = "Work on raw keys and values of the datastore.",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            KeyCommand.Put.class,
            KeyCommand.Get.class,
            KeyCommand.Has.class,
            KeyCommand.Size.class,
            KeyCommand.Rm.class,
            KeyCommand.Ls.class
        },
        footer = {"  motrds key put /greeting hello", "  motrds key get /greeting", "  motrds key ls / -l"})
final class KeyCommand extends MotrdsCommand {

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command: put, get, has, size, rm or ls");
    }

    private static AbsentException notFound(Key key, Datastore store) {
        return new AbsentException("no key " + key + " in " + store.name() + "; motrds key ls lists those there are");
    }

    /** Sets a value. */
    @Command(
            name = "put",
            description = "Set a key's value; it is durable when the command returns.",
            footer = {
                "  motrds key put /greeting hello",
                "  motrds key put /photo -f photo.jpg",
                "  date | motrds key put /now -"
            })
    static final class Put extends MotrdsCommand {

        @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
        String key = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "VALUE",
                description = "The value, as UTF-8; - for standard input.")
        @Nullable String value;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "Take the value from a file.")
        @Nullable Path file;

        @Override
        public Integer call() throws IOException {
            ValueSource source = ValueSource.of(motrds().shell(), value, file);
            Key at = Key.of(key);
            try (StoreSession session = motrds().open()) {
                Datastore store = session.store();
                store.put(at, source.read(store.limits().maxValueBytes()));
                store.sync(at);
            }
            return ExitCode.OK;
        }
    }

    /** Prints a value. */
    @Command(
            name = "get",
            description = "Write a key's value to standard output, as it is.",
            footer = {"  motrds key get /greeting", "  motrds key get /photo > photo.jpg"})
    static final class Get extends MotrdsCommand {

        @Parameters(paramLabel = "KEY", description = "The key.")
        String key = "";

        @Override
        public Integer call() throws IOException {
            Key at = Key.of(key);
            try (StoreSession session = motrds().open()) {
                Datastore store = session.store();
                out().write(store.get(at).orElseThrow(() -> notFound(at, store)));
            }
            return ExitCode.OK;
        }
    }

    /** Says whether a key exists. */
    @Command(
            name = "has",
            description = "Print true or false: whether a key exists. The exit code says it, too: 0 or 3.",
            footer = "  motrds key has /greeting && echo there")
    static final class Has extends MotrdsCommand {

        @Parameters(paramLabel = "KEY", description = "The key.")
        String key = "";

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            Key at = Key.of(key);
            boolean has;
            try (StoreSession session = motrds().open()) {
                has = session.store().has(at);
            }
            if (json.json) {
                out().json(fields -> {
                    fields.writeStringField("key", at.toString());
                    fields.writeBooleanField("has", has);
                });
            } else {
                out().line(String.valueOf(has));
            }
            return has ? ExitCode.OK : ExitCode.NOT_FOUND;
        }
    }

    /** Says how large a value is. */
    @Command(
            name = "size",
            description = "Print the size of a key's value in bytes.",
            footer = "  motrds key size /photo")
    static final class Size extends MotrdsCommand {

        @Parameters(paramLabel = "KEY", description = "The key.")
        String key = "";

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            Key at = Key.of(key);
            try (StoreSession session = motrds().open()) {
                Datastore store = session.store();
                long size = store.size(at).orElseThrow(() -> notFound(at, store));
                if (json.json) {
                    out().json(fields -> {
                        fields.writeStringField("key", at.toString());
                        fields.writeNumberField("size", size);
                    });
                } else {
                    out().line(String.valueOf(size));
                }
            }
            return ExitCode.OK;
        }
    }

    /** Removes keys. */
    @Command(
            name = "rm",
            description = "Remove keys.",
            footer = {"  motrds key rm /greeting /photo", "  motrds key rm --force /perhaps"})
    static final class Rm extends MotrdsCommand {

        @Parameters(paramLabel = "KEY", arity = "1..*", description = "The keys.")
        List<String> keys = List.of();

        @Option(
                names = {"-f", "--force"},
                description = "Take no offence at keys that are absent.")
        boolean force;

        @Override
        public Integer call() {
            List<Key> all = keys.stream().map(Key::of).toList();
            try (StoreSession session = motrds().open()) {
                Datastore store = session.store();
                for (Key key : all) {
                    if (!force && !store.has(key)) {
                        throw notFound(key, store);
                    }
                    store.delete(key);
                    store.sync(key);
                }
            }
            return ExitCode.OK;
        }
    }

    /** Lists keys. */
    @Command(
            name = "ls",
            description = "List the keys below a prefix, in the order of their bytes.",
            footer = {"  motrds key ls", "  motrds key ls /blocks -l --limit 10", "  motrds key ls --json"})
    static final class Ls extends MotrdsCommand {

        @Parameters(
                paramLabel = "PREFIX",
                arity = "0..1",
                defaultValue = "/",
                description = "List only what lies below this key.")
        String prefix = "/";

        @Option(
                names = {"-l", "--sizes"},
                description = "With the sizes of their values in bytes.")
        boolean sizes;

        @Option(names = "--limit", paramLabel = "N", description = "At most this many.")
        long limit = Query.NO_LIMIT;

        @Option(names = "--offset", paramLabel = "N", description = "Without the first ones.")
        long offset;

        @Mixin
        JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            UsageException.requireNotNegative("--limit", limit);
            UsageException.requireNotNegative("--offset", offset);
            Query query = Query.under(Key.of(prefix))
                    .order(Order.byKey())
                    .offset(offset)
                    .limit(limit);
            Query asked = sizes ? query.keysAndSizes() : query.keysOnly();
            try (StoreSession session = motrds().open();
                    QueryResults results = session.store().query(asked)) {
                results.forEachRemaining(this::print);
            }
            return ExitCode.OK;
        }

        private void print(Entry entry) {
            String key = entry.key().toString();
            if (json.json) {
                out().json(fields -> {
                    fields.writeStringField("key", key);
                    if (sizes) {
                        fields.writeNumberField("size", entry.size());
                    }
                });
            } else {
                out().line((sizes ? entry.size() + "\t" : "") + Printable.text(key));
            }
        }
    }
}
