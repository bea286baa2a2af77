package io.motrds.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.motrds.api.spi.Printable;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.unixfs.EntryType;
import io.motrds.ipfs.unixfs.FolderEntry;
import io.motrds.ipfs.unixfs.IpfsPath;
import io.motrds.ipfs.unixfs.UnixFsExporter;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists folders. */
@Command(
        name = "ls",
        description = {
            "List what a folder holds: CID, size in bytes (- for what is no file), name; names of",
            "folders end with a slash."
        },
        footer = {"  motrds ls CID", "  motrds ls CID/photos --json"})
final class LsCommand extends MotrdsCommand {

    @Parameters(paramLabel = "PATH", description = "A folder's CID, and names below it.")
    String path = "";

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        IpfsPath folder = IpfsPath.parse(path);
        try (StoreSession session = motrds().open()) {
            new UnixFsExporter(new Blockstore(session.store())).ls(folder).forEach(this::print);
        }
        return ExitCode.OK;
    }

    private void print(FolderEntry entry) {
        boolean isFile = entry.type() == EntryType.FILE;
        if (json.json) {
            out().json(fields -> {
                fields.writeStringField("name", entry.name());
                fields.writeStringField("cid", entry.cid().toString());
                fields.writeStringField("type", entry.type().name().toLowerCase(Locale.ROOT));
                if (isFile) {
                    fields.writeNumberField("size", entry.size());
                }
                writeMore(entry, fields);
            });
        } else {
            String name = Printable.text(entry.name()) + (entry.type() == EntryType.FOLDER ? "/" : "");
            out().line((entry.cid() + " " + (isFile ? entry.size() : "-") + " " + name).stripTrailing());
        }
    }

    private static void writeMore(FolderEntry entry, JsonGenerator fields) throws IOException {
        if (entry.target().isPresent()) {
            fields.writeStringField("target", entry.target().get());
        }
        if (entry.metadata().mode().isPresent()) {
            fields.writeStringField(
                    "mode", String.format("%04o", entry.metadata().mode().getAsInt()));
        }
        if (entry.metadata().mtime().isPresent()) {
            fields.writeStringField("mtime", entry.metadata().mtime().get().toString());
        }
    }
}
