package io.motrds.motr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Key;
import io.motrds.motr.FakeMotr.Fault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Old data goes behind the caller's back, and neither a failure nor the store's end harms anything. */
@Timeout(60)
class GarbageTest {
    private static final Fid FID = new Fid(0x7800000000000001L, 11);
    private static final Key KEY = Key.of("/key");
    private static final Key OTHER = Key.of("/other");
    private static final byte[] CHUNKS = {Layout.CHUNKS};

    private final FakeMotr motr = new FakeMotr(1);
    private final AtomicBoolean indexIsClosed = new AtomicBoolean();

    private MotrDatastore open() {
        motr.index(FID).create(0);
        MotrIndex index = (MotrIndex) Proxy.newProxyInstance(
                MotrIndex.class.getClassLoader(), new Class<?>[] {MotrIndex.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        indexIsClosed.set(true);
                    }
                    try {
                        return method.invoke(motr.index(FID), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new MotrDatastore(
                "motrds " + FID, index, new MotrDatastore.Settings(8, 4 << 20, 2_000_000_000L, 3_600_000, 1, 300_000));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /** However late: the store's end does not wait for it longer than 5 s. */
    @Test
    void theIndexIsClosedWhenTheDeletionUnderWayHasEnded() throws InterruptedException {
        MotrDatastore store = open();
        CountDownLatch deleting = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        motr.plan(Fault.SLOW, request -> {
            if (request instanceof Request.Delete && deleting.getCount() > 0) {
                deleting.countDown();
                awaitFirmly(mayEnd);
            }
            return false;
        });
        store.put(KEY, bytes(100_000));
        store.put(KEY, bytes(50_000));
        deleting.await();
        store.close();
        assertFalse(indexIsClosed.get(), "Motr still works with it");
        mayEnd.countDown();
        for (int i = 0; i < 1_000 && !indexIsClosed.get(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(indexIsClosed.get());
    }

    /** As an operation of Motr, it does not end because its thread is interrupted. */
    private static void awaitFirmly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCollectionThatFailsIsNotTheLast() throws InterruptedException {
        for (boolean asCallersExpect : new boolean[] {true, false}) {
            motr.index(FID).drop(0);
            try (MotrDatastore store = open()) {
                CountDownLatch failed = new CountDownLatch(1);
                store.put(KEY, bytes(100_000));
                store.put(OTHER, bytes(100_000));
                long before = motr.count(FID, CHUNKS);
                motr.plan(Fault.SLOW, request -> {
                    boolean collects = Thread.currentThread().getName().equals("motrds-garbage");
                    if (collects && failed.getCount() > 0) {
                        failed.countDown();
                        throw asCallersExpect
                                ? Errno.toException(Errno.ETIMEDOUT, "motrds", "deleting")
                                : new IllegalStateException("unexpected");
                    }
                    return false;
                });
                store.delete(KEY);
                failed.await();
                store.delete(OTHER);
                assertTrue(falls(before / 2), "what came later is deleted");
                assertEquals(before / 2, motr.count(FID, CHUNKS), "what failed is left to the scrub");
            }
        }
    }

    private boolean falls(long to) throws InterruptedException {
        for (int i = 0; i < 1_000 && motr.count(FID, CHUNKS) > to; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return motr.count(FID, CHUNKS) <= to;
    }
}
