package io.motrds.tck;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a recorded process did to files, replayed up to each mark: which files held bytes then that had not been forced,
 * and which directory entries were new since their folder was forced. The records are described in {@code recorder.c}.
 */
final class Recording {

    /** Marks that start so: everything that was written must be forced. */
    static final String SYNCED = "synced ";

    /** Marks that start so: except what another thread is still writing and forces before it closes it. */
    static final String BUSY = "busy ";

    private final Predicate<Path> judged;
    private final Map<String, Inode> inodes = new HashMap<>();
    private final Map<Path, String> newEntries = new LinkedHashMap<>(); // and how each was made
    private final List<String> unforcedFiles = new ArrayList<>();
    private final List<String> unforcedEntries = new ArrayList<>();
    private final Set<Path> written = new TreeSet<>();
    private int marks;
    private long position;

    /** One line of the record. */
    private record Event(String what, String thread, String inode, long number, Path path, String text) {
        static Event parse(String line) {
            String[] fields = line.split("\t", 5);
            return new Event(
                    fields[0],
                    fields[1],
                    fields[2],
                    Long.parseLong(fields[3]),
                    Path.of(fields[4]).normalize(),
                    fields[4]);
        }
    }

    /** A file: where it is and what was done to it since it was forced. */
    private static final class Inode {
        private Path path;
        private boolean linked = true;
        private long lastForced = -1;
        private String lastWriter = "";
        private final Map<String, Long> pending = new LinkedHashMap<>(); // what, and when last
        private final Map<String, Long> forcing = new HashMap<>(); // thread, and when it began
        private final List<String> excused = new ArrayList<>(); // marks at which another thread was writing

        Inode(Path path) {
            this.path = path;
        }

        String describe() {
            return path + " (" + String.join(", ", pending.keySet())
                    + (lastForced < 0 ? "; never forced)" : " since it was forced last)");
        }
    }

    /**
     * Replays a record.
     *
     * @param judged which files count
     */
    Recording(List<String> lines, Predicate<Path> judged) {
        this.judged = judged;
        for (String line : lines) {
            position++;
            replay(Event.parse(line));
        }
        inodes.values().forEach(this::condemnExcused);
    }

    /** One line for each mark and file: what had not been forced. */
    List<String> unforcedFiles() {
        return unforcedFiles;
    }

    /** One line for each mark and directory entry that was not followed by a force of its folder. */
    List<String> unforcedEntries() {
        return unforcedEntries;
    }

    /** The files that were written. */
    Set<Path> written() {
        return written;
    }

    int marks() {
        return marks;
    }

    private void replay(Event event) {
        switch (event.what()) {
            case "create" -> {
                inodes.put(event.inode(), new Inode(event.path())); // the number may be that of a deleted file
                newEntries.put(event.path(), "created");
            }
            case "rename" -> {
                newEntries.remove(event.path());
                unlink(event.path(), "");
            }
            case "renamed" -> {
                unlink(event.path(), event.inode());
                Inode inode = inode(event);
                inode.path = event.path();
                inode.linked = true;
                newEntries.put(event.path(), "renamed");
            }
            case "unlink" -> {
                newEntries.remove(event.path());
                unlink(event.path(), "");
            }
            case "write" -> change(event, "written");
            case "resize" -> change(event, "resized");
            case "mapped" -> change(event, "changed through a mapping");
            case "unmapped" -> change(event, "changed through a mapping that ended");
            case "forcing" -> inode(event).forcing.put(event.thread(), position);
            case "forced" -> forced(event);
            case "msynced" -> {
                inode(event).pending.remove("changed through a mapping");
                inode(event).pending.remove("resized"); // msync writes what is needed to find the data
                settle(inode(event));
            }
            case "close" -> condemnExcused(inode(event));
            case "mark" -> mark(event);
            default -> throw new IllegalStateException("the recorder wrote " + event);
        }
    }

    private Inode inode(Event event) {
        return inodes.computeIfAbsent(event.inode(), any -> new Inode(event.path()));
    }

    private void unlink(Path path, String exceptInode) {
        inodes.forEach((number, inode) -> {
            if (inode.path.equals(path) && !number.equals(exceptInode)) {
                inode.linked = false;
            }
        });
    }

    private void change(Event event, String how) {
        Inode inode = inode(event);
        inode.pending.put(how, position);
        inode.lastWriter = event.thread();
        if (judged.test(inode.path)) {
            written.add(inode.path);
        }
    }

    /** Covers what was recorded before the force began. */
    private void forced(Event event) {
        Inode inode = inode(event);
        Long began = inode.forcing.remove(event.thread());
        if (began != null) {
            inode.lastForced = position;
            inode.pending.values().removeIf(when -> when < began);
            newEntries.keySet().removeIf(entry -> inode.path.equals(entry.getParent()));
            settle(inode);
        }
    }

    private void settle(Inode inode) {
        if (inode.pending.isEmpty()) {
            inode.excused.clear();
        }
    }

    private void condemnExcused(Inode inode) {
        inode.excused.forEach(mark -> unforcedFiles.add(mark + ": " + inode.describe()));
        inode.excused.clear();
    }

    private void mark(Event event) {
        marks++;
        boolean busy = event.text().startsWith(BUSY);
        for (Inode inode : inodes.values()) {
            if (inode.linked && !inode.pending.isEmpty() && judged.test(inode.path)) {
                if (busy && !inode.lastWriter.equals(event.thread())) {
                    inode.excused.add(event.text());
                } else {
                    unforcedFiles.add(event.text() + ": " + inode.describe());
                }
            }
        }
        newEntries.forEach((entry, how) -> {
            if (!busy && judged.test(entry)) {
                unforcedEntries.add(event.text() + ": " + entry + " (" + how + "; its folder was not forced since)");
            }
        });
    }
}
