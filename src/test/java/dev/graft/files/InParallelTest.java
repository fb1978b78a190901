package dev.graft.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InParallelTest {
    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1000).boxed().toList();

    @Test
    void results_areInTheOrderOfTheItems() throws InterruptedIOException {
        assertEquals(NUMBERS.stream().map(n -> -n).toList(), InParallel.map(NUMBERS, 3, "test", n -> -n));
        assertEquals(List.of(), InParallel.map(List.of(), 3, "test", n -> n));
    }

    @Test
    void failure_reachesTheCaller() {
        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> InParallel.map(NUMBERS, 2, "test", n -> {
                    if (n == 700) throw new IllegalArgumentException("seven hundred");
                    return n;
                }));
        assertTrue(e.getMessage().contains("seven hundred"), e.getMessage());
    }

    @Test
    void interrupt_endsIt_andStaysSet() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> InParallel.map(NUMBERS, 2, "test", n -> n));
        assertTrue(Thread.interrupted());
    }

    @Test
    void failure_endsTheOtherWorkers() throws InterruptedException {
        AtomicInteger begun = new AtomicInteger();
        assertThrows(
                IllegalStateException.class,
                () -> InParallel.map(NUMBERS, 2, "test", n -> {
                    begun.incrementAndGet();
                    if (n == 0) throw new IllegalArgumentException("the first");
                    LockSupport.parkNanos(5_000_000); // also when interrupted, as decoders go on
                    return n;
                }));
        Thread.sleep(500);
        assertTrue(begun.get() < 30, begun + " of the 125 items of two parts were begun");
    }
}
