package io.motrds.bench;

import io.motrds.api.Datastores;
import io.motrds.api.MisconfiguredException;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The named configurations that can be compared. */
final class Contestants {

    /** Names that the command knows; those to the right of an arrow are what the one to its left is compared with. */
    private static final String KNOWN = """
            mem          | memory store                              | type=mem                                        | map
            map          | ConcurrentSkipListMap                     | type=raw-map                                    |
            levelds      | LevelDB store, durable at sync            | type=levelds path={folder}                      | leveldb rocksdb
            leveldb      | LevelDB library alone                     | type=raw-leveldb path={folder}                  |
            rocksdb      | RocksDB's Java binding                    | type=rocksdb path={folder}                      |
            levelds-sync | LevelDB store, each put forced            | type=levelds path={folder} syncWrites=true      | leveldb-sync rocksdb-sync
            leveldb-sync | LevelDB library alone, each put forced    | type=raw-leveldb path={folder} syncWrites=true  |
            rocksdb-sync | RocksDB's Java binding, each put forced   | type=rocksdb path={folder} syncWrites=true     |
            s3ds         | S3 store                                  | type=s3ds bucket=bench rootDirectory={id} createBucket=true workers=32 | s3-sdk
            s3-sdk       | AWS SDK alone                             | type=raw-s3 bucket=bench rootDirectory={id} workers=32 |
            motrds-fake  | Motr store on a cluster in memory         | type=motrds client=fake index=0x7800000000000001:0x{number} createIndex=true |
            motrds       | Motr store                                | type=motrds index=0x7800000000000001:0x{number} createIndex=true window=32 | s3ds motr-c
            motr-c       | C program on Motr's library               | type=motr-c index=0x7800000000000001:0xbe4c4 window=32 |
            """;

    private final Map<String, Contestant> known = new LinkedHashMap<>();
    private final Path scratch;

    Contestants(Path scratch) {
        this.scratch = scratch;
        KNOWN.lines().forEach(this::know);
    }

    private void know(String line) {
        String[] parts = line.split("\\|", -1);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : parts[2].strip().split(" +", -1)) {
            int at = parameter.indexOf('=');
            parameters.put(parameter.substring(0, at), parameter.substring(at + 1));
        }
        String against = parts[3].strip();
        String name = parts[0].strip();
        known.put(
                name,
                new Contestant(
                        name,
                        parts[1].strip(),
                        parameters,
                        Map.of(),
                        against.isEmpty() ? List.of() : List.of(against.split(" ", -1)),
                        scratch,
                        false));
    }

    /**
     * Adds the store that a configuration file describes, as in {@code mine=mine.json}.
     *
     * @return its name
     * @throws IllegalArgumentException if it is written otherwise, there is one of this name, or the file is wrong
     */
    String define(String definition) {
        String[] parts = definition.split("=", 2);
        String name = parts[0];
        if (parts.length < 2 || !name.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException(
                    "write --define NAME=FILE, the name of letters, digits, - and _, not " + definition);
        }
        if (known.containsKey(name)) {
            throw new IllegalArgumentException("--define " + definition + ": there is a store of this name already");
        }
        Path file = Path.of(parts[1]);
        try {
            StoreConfig config = Datastores.read(file);
            String note = shape(config) + " of " + file.getFileName();
            known.put(name, new Contestant(name, note, config.given(), Map.of(), List.of(), scratch, true));
        } catch (MisconfiguredException e) {
            throw new IllegalArgumentException("--define " + name + ": " + e.getMessage(), e);
        }
        return name;
    }

    /** Types, with those of the stores within. */
    private static String shape(StoreConfig config) {
        String within = config.stores().stream().map(Contestants::shape).collect(Collectors.joining(", "));
        return within.isEmpty() ? config.type() : config.type() + "(" + within + ")";
    }

    /**
     * Sets a parameter, as in {@code motrds.haxAddr=inet:tcp:127.0.0.1@6001}.
     *
     * @throws IllegalArgumentException if it is written otherwise, or there is no such contestant
     */
    void set(String assignment) {
        int dot = assignment.indexOf('.');
        int equals = assignment.indexOf('=');
        if (dot < 1 || equals < dot + 2) {
            throw new IllegalArgumentException("write --set STORE.PARAMETER=VALUE, not " + assignment);
        }
        Contestant contestant = require(assignment.substring(0, dot));
        set(contestant.name(), assignment.substring(dot + 1, equals), assignment.substring(equals + 1));
    }

    void set(String name, String parameter, String value) {
        Contestant before = require(name);
        Map<String, String> parameters = new LinkedHashMap<>(before.parameters());
        parameters.put(parameter, value);
        known.put(name, before.with(parameters, before.elsewhere(), before.against()));
    }

    /** Sets what is otherwise when another process opens the store. */
    void setElsewhere(String name, Map<String, String> parameters) {
        Contestant before = require(name);
        known.put(name, before.with(before.parameters(), parameters, before.against()));
    }

    /** Compares one with another, besides those that it is compared with already. */
    void compare(String name, String with) {
        Contestant before = require(name);
        Set<String> against = new LinkedHashSet<>(before.against());
        against.add(require(with).name());
        known.put(name, before.with(before.parameters(), before.elsewhere(), new ArrayList<>(against)));
    }

    /**
     * The contestant of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    Contestant require(String name) {
        Contestant contestant = known.get(name);
        if (contestant == null) {
            throw new IllegalArgumentException(
                    "there is no store \"" + name + "\"; known are " + String.join(", ", known.keySet()));
        }
        return contestant;
    }

    /** All of them. */
    List<Contestant> all() {
        return List.copyOf(known.values());
    }
}
