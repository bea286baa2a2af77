package io.motrds.cli;

import io.motrds.api.spi.Printable;
import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.unixfs.ImportListener;
import io.motrds.ipfs.unixfs.Imported;
import org.jspecify.annotations.Nullable;

/**
 * Prints what is being stored. The line of a root is held back until the import has returned and everything is durable:
 * a CID that was printed must survive.
 */
final class AddReport implements ImportListener {

    /** What is printed of each file and folder. */
    enum Form {
        LINE,
        CID,
        ROOT_CID,
        JSON
    }

    private record Added(String name, Cid cid, long size) {}

    private final Output out;
    private final Form form;
    private final Progress progress;
    private long bytesBefore; // of earlier imports
    private @Nullable Added held;

    AddReport(Output out, Form form, Progress progress) {
        this.out = out;
        this.form = form;
        this.progress = progress;
    }

    @Override
    public synchronized void progress(long bytes) {
        progress.at(bytesBefore + bytes);
    }

    @Override
    public synchronized void added(String path, Cid cid, long size) {
        Added before = held;
        held = new Added(path, cid, size);
        if (before != null && form != Form.ROOT_CID) {
            print(before);
        }
    }

    /** An import has returned. */
    synchronized void durable(Imported root) {
        bytesBefore += root.size();
        Added last = held;
        held = null;
        if (last != null) {
            print(last);
        }
    }

    private void print(Added added) {
        progress.clear();
        switch (form) {
            case CID, ROOT_CID -> out.line(added.cid.toString());
            case LINE -> out.line(("added " + added.cid + " " + Printable.text(added.name)).stripTrailing());
            case JSON ->
                out.json(fields -> {
                    fields.writeStringField("name", added.name);
                    fields.writeStringField("cid", added.cid.toString());
                    fields.writeNumberField("size", added.size);
                });
        }
        out.show();
    }
}
