package io.motrds.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.motrds.api.Key;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reads on several processors gives what one who reads alone would, and leaves nobody reading. */
class ParallelReadTest {

    private static final List<Key> KEYS =
            IntStream.range(0, 40).mapToObj(Stores::key).toList();

    private static int number(Key key) {
        return KEYS.indexOf(key);
    }

    @Test
    void valuesComeInTheOrderOfTheKeysWithoutThoseThatAreAbsent() {
        Map<Key, byte[]> found = ParallelRead.of(KEYS, key -> {
            int number = number(key);
            return number % 5 == 3 ? null : Stores.value(number, number % 7 == 2 ? 100_000 : number);
        });
        List<Key> expected = KEYS.stream().filter(key -> number(key) % 5 != 3).toList();
        assertEquals(expected, List.copyOf(found.keySet()));
        found.forEach((key, value) -> {
            int number = number(key);
            assertArrayEquals(Stores.value(number, number % 7 == 2 ? 100_000 : number), value);
        });
    }

    /** The store may be closed as soon as the call has failed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureIsThrownAsItIsWhenNobodyReadsAnyMore(boolean error) {
        for (int round = 0; round < 20; round++) {
            AtomicInteger reading = new AtomicInteger();
            CountDownLatch another = new CountDownLatch(2);
            RuntimeException failure = new IllegalStateException("damage");
            Error worse = new OutOfMemoryError("none");
            Throwable told = assertThrows(
                    Throwable.class,
                    () -> ParallelRead.of(KEYS, key -> {
                        int number = number(key);
                        reading.incrementAndGet();
                        try {
                            if (number > 0) {
                                another.countDown();
                                another.await(100, TimeUnit.MILLISECONDS); // with one processor there is no other
                            }
                            if (number == 1) {
                                if (error) {
                                    throw worse;
                                }
                                throw failure;
                            }
                            TimeUnit.MILLISECONDS.sleep(2);
                            return new byte[100_000];
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        } finally {
                            reading.decrementAndGet();
                        }
                    }));
            assertSame(error ? worse : failure, told);
            assertEquals(0, reading.get(), "readers that go on");
        }
    }
}
