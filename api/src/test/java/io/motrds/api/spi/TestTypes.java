package io.motrds.api.spi;

import io.motrds.api.Datastore;
import io.motrds.api.Key;
import java.nio.file.Path;
import java.util.List;

/** Types of stores to configure; none of them can be opened but {@code mem}. */
final class TestTypes {

    static final Parameter<Path> PATH = Parameter.path("path", "folder of the database");
    static final Parameter<Long> BUFFER =
            Parameter.bytes("writeBuffer", "memory for recent writes").byDefault("32MiB");
    static final Parameter<Boolean> SYNC =
            Parameter.flag("sync", "wait for the disk").byDefault("true");
    static final Parameter<String> COMPRESSION =
            Parameter.choice("compression", "how to compress", "none", "snappy").byDefault("snappy");
    static final Parameter<String> LABEL =
            Parameter.text("label", "a name to show").optional();

    static final Parameter<String> BUCKET = Parameter.text("bucket", "the bucket");
    static final Parameter<Secret> ACCESS = Parameter.secret("accessKey", "who").optional();
    static final Parameter<Secret> SECRET = Parameter.secret("secretKey", "its proof");
    static final Parameter<Integer> WORKERS =
            Parameter.integer("workers", "requests at once", 1, 1000).byDefault("100");

    static final Parameter<Key> MOUNTPOINT = Parameter.key("mountpoint", "where it is mounted");
    static final Parameter<List<StoreConfig>> MOUNTS = Parameter.stores("mounts", "the stores", MOUNTPOINT);
    static final Parameter<String> PREFIX = Parameter.text("prefix", "the name of the measurements");
    static final Parameter<StoreConfig> CHILD = Parameter.store("child", "the store within");

    static final DatastoreProvider MEM = new TestProvider("mem", List.of());
    static final DatastoreProvider DISK = new TestProvider("disk", List.of(PATH, BUFFER, SYNC, COMPRESSION, LABEL));
    static final DatastoreProvider CLOUD = new TestProvider("cloud", List.of(BUCKET, ACCESS, SECRET, WORKERS));
    static final DatastoreProvider MOUNT = new TestProvider("mount", List.of(MOUNTS));
    static final DatastoreProvider MEASURE = new TestProvider("measure", List.of(PREFIX, CHILD));

    static final Providers ALL =
            Providers.of(List.of(MEM, DISK, CLOUD, MOUNT, MEASURE).iterator());

    private TestTypes() {}

    /** A provider of these parameters. */
    record TestProvider(String type, List<Parameter<?>> parameters) implements DatastoreProvider {
        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public Datastore open(StoreConfig config) {
            return new TreeStore();
        }
    }
}
