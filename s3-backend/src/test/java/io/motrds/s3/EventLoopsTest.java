package io.motrds.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

    @Test
    void aLoopIsNeverGivenItself() throws Exception {
        EventLoops loops = new EventLoops();
        try {
            EventLoop asking = loops.next();
            Set<EventLoop> given = new HashSet<>();
            asking.submit(() -> {
                        for (int i = 0; i < 2 * loops.executorCount(); i++) {
                            EventLoop next = loops.next();
                            assertNotSame(asking, next);
                            given.add(next);
                        }
                    })
                    .get(10, TimeUnit.SECONDS);
            assertEquals(loops.executorCount() - 1, given.size(), "every other loop is given");
        } finally {
            Future<?> unused = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
    }
}
