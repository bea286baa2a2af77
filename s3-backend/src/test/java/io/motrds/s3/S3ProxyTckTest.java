package io.motrds.s3;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The whole kit on S3Proxy within this process; other processes reach it over loopback. */
class S3ProxyTckTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return S3Server.s3Proxy().storeFor(folder);
    }
}
