package io.motrds.api.spi;

import io.motrds.api.Datastore;
import io.motrds.api.DatastoreUnavailableException;
import java.nio.file.Path;
import java.util.List;

/** Opens a store in memory that is named by its path; the path {@code /fails} cannot be opened. */
public final class NamedProvider implements DatastoreProvider {

    private static final Parameter<Path> PATH = Parameter.path("path", "goes into the name");

    @Override
    public String type() {
        return "named";
    }

    @Override
    public String description() {
        return "a store for tests";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(PATH);
    }

    @Override
    public Datastore open(StoreConfig config) {
        Path path = config.get(PATH);
        if (path.equals(Path.of("/fails"))) {
            throw new DatastoreUnavailableException(path + " is in use");
        }
        return new TreeStore("named " + path);
    }
}
