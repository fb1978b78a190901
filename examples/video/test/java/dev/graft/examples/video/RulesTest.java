package dev.graft.examples.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.Pixels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken, kept, averaged and told. */
class RulesTest {
    private static final ChangeDetector.Rule RULE = new ChangeDetector.Rule(0.7, 0.4, 0.5, 2);

    private static Shot shot(long at) {
        return new Shot(at, Instant.EPOCH, new Pixels(1, 1, new byte[3]));
    }

    private static List<Long> taken(double perSecond, long... times) {
        Sampler sampler = new Sampler(perSecond);
        List<Long> taken = new ArrayList<>();
        for (long t : times) if (sampler.takes(t)) taken.add(t);
        return taken;
    }

    @Test
    void sampler_takesByTheTimes_notByCounting() {
        assertEquals(
                List.of(0L, 520_000L, 1_000_000L, 3_700_000L, 4_000_000L),
                taken(2, 0, 100_000, 480_000, 520_000, 990_000, 1_000_000, 1_400_000, 3_700_000, 3_900_000, 4_000_000));
        assertEquals(3, taken(Double.POSITIVE_INFINITY, 0, 1, 2).size());
        assertEquals(3, taken(1000, 0, 40_000, 80_000).size(), "a source that gives fewer gives all");
    }

    @Test
    void smoothing_dependsOnTheTime_notOnTheNumberOfFrames() {
        Smoothing once = new Smoothing(0.5);
        Smoothing often = new Smoothing(0.5);
        once.add(0, List.of(1f, 0f));
        often.add(0, List.of(1f, 0f));
        double[] one = once.add(1_000_000, List.of(0f, 1f));
        double[] many = {};
        for (int i = 1; i <= 10; i++) many = often.add(100_000 * i, List.of(0f, 1f));
        assertEquals(Math.exp(-2), one[0], 1e-9);
        assertEquals(one[0], many[0], 1e-9);
        assertEquals(1, one[0] + one[1], 1e-9);
        Smoothing off = new Smoothing(0);
        off.add(0, List.of(1f, 0f));
        assertEquals(0, off.add(1, List.of(0f, 1f))[0]);
    }

    private static Optional<ChangeDetector.Change> see(ChangeDetector changes, double at, double first) {
        return changes.see(Math.round(1e6 * at), new double[] {first, 1 - first});
    }

    @Test
    void changes_areHeld_andSwingsTellNothing() {
        ChangeDetector changes = new ChangeDetector(RULE);
        assertTrue(see(changes, 0, 0.9).isEmpty());
        assertTrue(see(changes, 0.4, 0.9).isEmpty(), "not held long enough");
        assertEquals(Optional.of(new ChangeDetector.Change(ChangeDetector.UNSURE, 0, 0)), see(changes, 0.5, 0.9));
        for (int i = 0; i < 20; i++)
            assertTrue(see(changes, 1 + i, 0.45 + i / 3 % 2 * 0.2).isEmpty(), "swing " + i);
        assertTrue(see(changes, 30, 0.2).isEmpty());
        assertTrue(see(changes, 30.3, 0.9).isEmpty(), "a blink");
        assertTrue(see(changes, 31, 0.2).isEmpty(), "the time begins again");
        assertEquals(
                new ChangeDetector.Change(0, 1, 31_000_000),
                see(changes, 31.6, 0.2).orElseThrow());
        assertEquals(1, changes.current());
    }

    @Test
    void changes_goToUnsure_belowLeave() {
        ChangeDetector changes = new ChangeDetector(new ChangeDetector.Rule(0.7, 0.4, 0, 2));
        double[] none = {0.34, 0.33, 0.33};
        changes.see(0, new double[] {0.8, 0.1, 0.1});
        changes.see(1, new double[] {0.8, 0.1, 0.1});
        assertEquals(0, changes.current());
        assertTrue(changes.see(2, none).isEmpty(), "one frame is not two");
        assertEquals(ChangeDetector.UNSURE, changes.see(3, none).orElseThrow().to());
    }

    @Test
    void rule_outOfRange_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ChangeDetector.Rule(0.5, 0.4, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ChangeDetector.Rule(0.7, 0.8, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ChangeDetector.Rule(0.7, 0.4, 0, 0));
    }

    @Test
    void queue_ofALiveSource_keepsTheNewest_andCounts() throws InterruptedException {
        FrameQueue queue = new FrameQueue(2);
        for (int i = 0; i < 1000; i++) queue.putNewest(shot(i));
        queue.end();
        assertEquals(998, queue.dropped());
        assertEquals(998, queue.take(0).atMicros());
        assertEquals(999, queue.take(0).atMicros());
        assertNull(queue.take(0));
    }

    @Test
    void queue_ofAFile_waitsForRoom_andLosesNothing() throws InterruptedException {
        FrameQueue queue = new FrameQueue(2);
        Thread decoder = new Thread(() -> {
            try {
                for (int i = 0; i < 50; i++) queue.put(shot(i));
                queue.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        decoder.start();
        for (int i = 0; i < 50; i++) assertEquals(i, queue.take(10_000).atMicros());
        assertNull(queue.take(10_000));
        assertEquals(0, queue.dropped());
        decoder.join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--fps 0",
                "--fps x",
                "--hold-frames 0",
                "--enter 0.4",
                "--timeout 0",
                "--for -1",
                "a b",
                "--what"
            })
    void options_thatAreWrong_areRefused(String line) {
        String told = assertThrows(IllegalArgumentException.class, () -> VideoOptions.of(line.split(" ")))
                .getMessage();
        assertTrue(told.length() > 10 && !told.contains("\n"), told);
    }
}
