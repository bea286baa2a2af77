package io.motrds.motr;

import io.motrds.api.DatastoreException;
import io.motrds.api.MisconfiguredException;
import io.motrds.motr.Pipeline.Route;
import io.motrds.motr.Request.IndexRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first record of an index: that it is motrds's, and in which version of the format. An index that holds anything
 * and has no marker is another program's, and refused.
 *
 * <p>A fresh index gets an unverified marker first. Whoever finds one looks whether anything lies behind it, and then
 * says that it was verified: so a crash in between does no harm, nor does another process that opens the index, too.
 */
final class Marker {
    private static final byte[] MAGIC = "motrds\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 2;
    private static final byte UNVERIFIED = 0;
    private static final byte VERIFIED = 1;
    private static final int BYTES = 24;
    private static final byte[] NO_KEY = {}; // the marker's seal covers its value alone

    private final Route route;

    private Marker(Route route) {
        this.route = route;
    }

    /**
     * Makes sure that the index is in this format, or makes a fresh one so.
     *
     * @throws MisconfiguredException if the index belongs to something else or is in another version of the format
     */
    static void check(Route route) {
        new Marker(route).check();
    }

    /** Whether the index is in this format. Changes nothing. */
    static boolean isThere(Route route) {
        byte[] bytes = new Marker(route).bytes();
        // one that is not verified is left behind by who died while looking whether the index is empty
        return bytes != null
                && bytes.length == BYTES
                && Layout.startsWith(bytes, MAGIC)
                && bytes[MAGIC.length + 1] == VERIFIED;
    }

    private void check() {
        byte state = read();
        if (state == VERIFIED) {
            return;
        }
        Reply reply = send(new Request.Next(Layout.markerKey(), false, 2, Sizing.DEFAULT.recordBytes()));
        byte[] first = reply.keys()[0];
        boolean alone = first != null && first.length == 1 && first[0] == Layout.MARKER && reply.keys()[1] == null;
        // a marker that is verified by now was written by another process, which has begun to use the index
        if (!alone && read() != VERIFIED) {
            send(new Request.Delete(List.of(Layout.markerKey()), true));
            throw new MisconfiguredException(route.store() + ": the index is not empty, and not in the format of"
                    + " motrds: give another one in `index`, or a fresh one with `createIndex`; if go-ds-motr wrote"
                    + " it, give format=go-ds-motr, or move it over with motrds migrate");
        }
        write(VERIFIED, true);
    }

    /** The state of the marker, which is written when there is none. */
    private byte read() {
        byte[] bytes = bytes();
        if (bytes == null) {
            write(UNVERIFIED, false);
            bytes = bytes(); // another process may have been faster, in another version
        }
        if (bytes == null) {
            return UNVERIFIED;
        }
        if (bytes.length != BYTES
                || !Layout.startsWith(bytes, MAGIC)
                || ByteBuffer.wrap(bytes).getInt(BYTES - Layout.SEAL_BYTES) != Layout.seal(NO_KEY, bytes)) {
            throw new MisconfiguredException(route.store() + ": the index has a first record that is not motrds's, or"
                    + " is damaged: give another index in `index`");
        }
        byte version = bytes[MAGIC.length];
        if (version != VERSION) {
            throw new MisconfiguredException(route.store() + ": the index is in version " + version
                    + " of the format, this motrds knows version " + VERSION + " alone: use the motrds that wrote it,"
                    + " or another index");
        }
        return bytes[MAGIC.length + 1];
    }

    private byte @Nullable [] bytes() {
        return send(new Request.Get(List.of(Layout.markerKey()), BYTES)).values()[0];
    }

    private void write(byte state, boolean overwrite) {
        ByteBuffer marker = ByteBuffer.allocate(BYTES).put(MAGIC).put(VERSION).put(state);
        marker.putShort((short) 0).putLong(System.currentTimeMillis());
        marker.putInt(Layout.seal(NO_KEY, marker.array()));
        send(new Request.Put(List.of(IndexRecord.of(Layout.markerKey(), marker.array())), overwrite, true));
    }

    private Reply send(Request request) {
        Reply reply = Pipeline.call(route, request);
        if (reply.rc() != 0) {
            throw failure(reply.rc());
        }
        for (int code : reply.rcs()) {
            if (code != 0 && code != Errno.ENOENT && code != Errno.EEXIST) {
                throw failure(code);
            }
        }
        return reply;
    }

    private DatastoreException failure(int rc) {
        return Errno.toException(rc == Errno.ENOENT ? Errno.NO_INDEX : rc, route.store(), "checking the index");
    }
}
