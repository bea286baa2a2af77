package io.motrds.tck;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.nio.file.Path;
import java.util.List;

/** Opens the reference store and the faulty ones, also in another process. */
public final class ReferenceProvider implements DatastoreProvider {

    private static final Parameter<Path> PATH = Parameter.path(
                    "path", "folder of the journal; without it nothing is kept")
            .optional();
    private static final Parameter<String> FAULT =
            Parameter.text("fault", "what the store does wrong, see Fault").optional();

    /** For the ServiceLoader. */
    public ReferenceProvider() {}

    @Override
    public String type() {
        return "reference";
    }

    @Override
    public String description() {
        return "proves the kit";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of(PATH, FAULT);
    }

    @Override
    public Datastore open(StoreConfig config) {
        Path folder = config.find(PATH).orElse(null);
        return config.find(FAULT)
                .map(fault -> Fault.valueOf(fault).open(folder))
                .orElseGet(() -> folder == null ? new ForgetfulStore() : new ReferenceStore(new Journal(folder)));
    }
}
