package io.motrds.s3;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.List;

/** Makes the type {@code s3ds} available: keys in a bucket of an S3 server. */
public final class S3DatastoreProvider implements DatastoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public S3DatastoreProvider() {}

    @Override
    public String type() {
        return "s3ds";
    }

    @Override
    public String description() {
        return "a bucket of an S3 server, laid out as go-ds-s3 does";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return Settings.PARAMETERS;
    }

    @Override
    public Datastore open(StoreConfig config) {
        Settings settings = Settings.from(config);
        Bucket bucket = new Bucket(settings);
        try {
            bucket.open(settings.createBucket());
            return new S3Datastore(bucket, settings);
        } catch (RuntimeException | Error e) {
            bucket.close();
            throw e;
        }
    }
}
