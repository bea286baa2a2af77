package io.motrds.server.client;

import io.motrds.s3.S3Server;
import java.nio.file.Path;
import java.util.Map;

/** The whole kit over a sidecar of S3: S3Proxy within this process, which other processes reach over loopback. */
class ServedS3Test extends ServedDatastoreTck {

    @Override
    Map<String, String> served(Path folder) {
        return S3Server.s3Proxy().storeFor(folder);
    }
}
