package io.motrds.s3;

/** On S3Proxy within this process. */
class S3ProxyContractTest extends S3ContractTest {
    @Override
    S3Server server() {
        return S3Server.s3Proxy();
    }
}
