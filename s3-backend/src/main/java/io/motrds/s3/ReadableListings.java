package io.motrds.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Makes every listing readable. Names come escaped as in a URL, but Ceph repeats what was asked for, and says where the
 * page ended, as it is: with characters that XML cannot say no parser takes the answer, and a {@code %} fails when the
 * SDK decodes it as it decodes names. None of these is used, so the characters are replaced and the echo is dropped.
 */
final class ReadableListings implements ExecutionInterceptor {

    /** What XML 1.0 does not allow, as itself or by number. */
    private static final Pattern SUSPECT =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]|&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));");

    private static final String REPLACEMENT = "\ufffd";

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        Optional<Publisher<ByteBuffer>> body = context.responsePublisher();
        return context.request() instanceof ListObjectsV2Request ? body.map(ReadableListings::readable) : body;
    }

    private static Publisher<ByteBuffer> readable(Publisher<ByteBuffer> body) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        return SdkPublisher.adapt(body)
                .filter(part -> {
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    whole.writeBytes(bytes);
                    return false;
                })
                .addTrailingData(() -> List.of(ByteBuffer.wrap(readable(whole.toByteArray()))));
    }

    static byte[] readable(byte[] xml) {
        for (int i = 0; i < xml.length; i++) {
            boolean reference = xml[i] == '&' && i + 1 < xml.length && xml[i + 1] == '#';
            if ((xml[i] < ' ' && xml[i] != '\n') || reference) { // bytes below zero are of no ASCII character
                return readable(new String(xml, UTF_8)).getBytes(UTF_8);
            }
        }
        return xml;
    }

    private static String readable(String xml) {
        return SUSPECT.matcher(xml)
                .replaceAll(found -> isAllowed(found) ? Matcher.quoteReplacement(found.group()) : REPLACEMENT);
    }

    /** Whether a reference by number means a character that XML allows. */
    private static boolean isAllowed(MatchResult found) {
        if (found.group(1) == null && found.group(2) == null) {
            return false;
        }
        int c = found.group(1) != null ? Integer.parseInt(found.group(1), 16) : Integer.parseInt(found.group(2));
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= ' ' && c < 0xD800)
                || (c >= 0xE000 && c < 0xFFFE)
                || (c >= 0x10000 && c <= 0x10FFFF);
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        return context.response() instanceof ListObjectsV2Response listing
                ? listing.toBuilder().prefix(null).startAfter(null).build()
                : context.response();
    }
}
