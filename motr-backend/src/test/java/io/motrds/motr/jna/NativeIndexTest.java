package io.motrds.motr.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.motrds.motr.Errno;
import io.motrds.motr.Fid;
import io.motrds.motr.Generation;
import io.motrds.motr.MotrIndex;
import io.motrds.motr.ObjectName;
import io.motrds.motr.Reply;
import io.motrds.motr.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An index through JNA on the stand-in answers as Motr does. */
class NativeIndexTest {
    private static final long TIMEOUT = Duration.ofSeconds(30).toNanos();
    private static final Fid FID = new Fid(((long) Fid.INDEX << 56) | 8, 1);

    private final MotrIndex index = open();

    private static MotrIndex open() {
        Map<String, String> parameters = StandIn.get().parameters(FID, Map.of());
        return NativeMotr.open(
                new NativeMotr.Connection(
                        Optional.of(StandIn.get().library()),
                        parameters.get("haxAddr"),
                        parameters.get("localAddr"),
                        Fid.parse(parameters.get("processFid")),
                        Fid.parse(parameters.get("profileFid")),
                        false),
                FID,
                Duration.ofSeconds(30));
    }

    @AfterEach
    void nothingIsLeft() {
        index.drop(TIMEOUT);
        index.close();
        StandIn.get().assertNothingLeft();
    }

    private Reply send(Request request) {
        return index.launch(request).await(TIMEOUT, () -> {});
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Request.IndexRecord record(String key, String value) {
        return new Request.IndexRecord(bytes(key), bytes(value), 0, bytes(value).length);
    }

    @Test
    void anIndexIsCreatedFoundAndDeleted() {
        assertEquals(Errno.ENOENT, index.lookUp(TIMEOUT));
        assertEquals(Errno.ENOENT, send(new Request.Get(List.of(bytes("a")), 1)).rc());
        assertEquals(0, index.create(TIMEOUT));
        assertEquals(Errno.EEXIST, index.create(TIMEOUT));
        assertEquals(0, index.lookUp(TIMEOUT));
        assertEquals(0, index.drop(TIMEOUT));
        assertEquals(Errno.ENOENT, index.drop(TIMEOUT));
        assertEquals(Errno.ENOENT, index.lookUp(TIMEOUT));
    }

    @Test
    void objectsAreMadeByTheirFirstWriteWhereMotrPutsThem() {
        Fid poolVersion = index.poolVersion();
        assertEquals(Fid.POOL_VERSION, poolVersion.type());
        ObjectName name = new ObjectName(new Generation(1_700_000_000_000L, 42), poolVersion);
        byte[] data = new byte[10_000];
        Arrays.fill(data, (byte) 7);
        byte[] read = new byte[data.length];
        assertArrayEquals(
                new int[] {Errno.ENOENT},
                send(new Request.LoadObject(name, read)).rcs());
        assertArrayEquals(new int[1], send(new Request.StoreObject(name, data)).rcs());
        assertArrayEquals(new int[1], send(new Request.StoreObject(name, data)).rcs(), "again");
        assertArrayEquals(new int[1], send(new Request.LoadObject(name, read)).rcs());
        assertArrayEquals(data, read);
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(new int[1], send(new Request.DropObject(name)).rcs(), "whether it is there or not");
        }
        assertArrayEquals(
                new int[] {Errno.ENOENT},
                send(new Request.LoadObject(name, read)).rcs());
    }

    @Test
    void anObjectInAPoolVersionThatIsNotThereIsRefusedAndMotrDoesNotSeeIt() {
        for (long container : new long[] {
            0x7600000000000001L, 0x7200000000000001L, 0x7640000000000001L, 0x76C0000000000001L, 0x7680000100000001L, 0
        }) {
            refused(new ObjectName(new Generation(1_700_000_000_000L, 42), new Fid(container, 4711)));
        }
        refused(new ObjectName(new Generation(1_700_000_000_000L, 42), ObjectName.NOWHERE));
    }

    private void refused(ObjectName name) {
        byte[] data = new byte[10_000];
        assertEquals(Errno.NO_POOL, send(new Request.StoreObject(name, data)).rc());
        assertEquals(Errno.NO_POOL, send(new Request.LoadObject(name, data)).rc());
        assertEquals(Errno.NO_POOL, send(new Request.DropObject(name)).rc());
    }

    @Test
    void recordsHaveCodesAndValuesOfTheirOwn() {
        index.create(TIMEOUT);
        List<Request.IndexRecord> records = List.of(record("a", "1"), record("b", ""), record("c", "333"));
        assertArrayEquals(
                new int[3], send(new Request.Put(records, false, true)).rcs());
        assertArrayEquals(
                new int[] {-17, 0},
                send(new Request.Put(List.of(record("a", "9"), record("d", "4")), false, true))
                        .rcs());
        Reply read = send(new Request.Get(List.of(bytes("c"), bytes("x"), bytes("b")), 3));
        assertArrayEquals(new int[] {0, -2, 0}, read.rcs());
        assertArrayEquals(bytes("333"), read.values()[0]);
        assertNull(read.values()[1]);
        assertArrayEquals(new byte[0], read.values()[2]);
        assertArrayEquals(
                new int[] {-2, 0},
                send(new Request.Delete(List.of(bytes("x"), bytes("b")), true)).rcs());
        Reply next = send(new Request.Next(bytes("a"), true, 3, 10));
        assertArrayEquals(new int[] {0, 0, -2}, next.rcs());
        assertArrayEquals(bytes("c"), next.keys()[0]);
        assertArrayEquals(bytes("4"), next.values()[1]);
        assertNull(next.keys()[2]);
    }
}
