package io.motrds.s3;

import io.motrds.tck.DatastoreTck;
import java.nio.file.Path;
import java.util.Map;

/** The whole kit on a real Ceph RADOS Gateway, where it is installed. */
class RadosGatewayTckTest extends DatastoreTck {
    @Override
    protected Map<String, String> configuration(Path folder) {
        return RadosGateway.start("kit on Ceph RGW").storeFor(folder);
    }

    /** Ceph's index of a bucket loses such keys (docs/s3.md). */
    @Override
    protected boolean queriesShowEveryKey() {
        return false;
    }
}
