package io.motrds.server;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** A call whose request is any bytes. */
final class RawCall {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private RawCall() {}

    static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(BYTES, BYTES)
                .setType(type)
                .setFullMethodName(name)
                .build();
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    /** Sends one request and gives the answer. */
    static byte[] send(Channel channel, String method, byte[] request) {
        return ClientCalls.blockingUnaryCall(
                channel, method(method, MethodDescriptor.MethodType.UNARY), options(), request);
    }

    /** Sends one request and reads all answers, however many there are. */
    static void sendAndReadAll(Channel channel, String method, byte[] request) {
        Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(
                channel, method(method, MethodDescriptor.MethodType.SERVER_STREAMING), options(), request);
        answers.forEachRemaining(answer -> {});
    }
}
