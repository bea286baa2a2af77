package io.motrds.s3;

/** On a real Ceph RADOS Gateway, where it is installed. */
class RadosGatewayContractTest extends S3ContractTest {
    @Override
    S3Server server() {
        return RadosGateway.start("store on Ceph RGW");
    }
}
