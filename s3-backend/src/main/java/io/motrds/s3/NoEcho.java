package io.motrds.s3;

import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Drops from a listing what was asked for. The SDK decodes it as it decodes names, but Ceph sends it back as it came, so
 * that a {@code %} in it would fail the whole listing. The SDK asks the interceptors of a client before its own.
 */
final class NoEcho implements ExecutionInterceptor {
    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        return context.response() instanceof ListObjectsV2Response listing
                ? listing.toBuilder().prefix(null).startAfter(null).build()
                : context.response();
    }
}
