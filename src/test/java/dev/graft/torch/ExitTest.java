package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@Tag("alone")
class ExitTest {
    private static final int QUIET = 400;
    private static final int ACCEPTS = 1200;
    private static final int PATIENCE = 2500;

    private final Exit exit = exit(QUIET, ACCEPTS, PATIENCE);
    private long start;

    private static Exit exit(int quiet, int accepts, int patience) {
        return new Exit(Duration.ofMillis(quiet), Duration.ofMillis(accepts), Duration.ofMillis(patience));
    }

    /** Begins the exit in a thread of its own, and is there when it has begun. */
    private CompletableFuture<Void> beginExit(Exit exit) {
        start = System.nanoTime();
        CompletableFuture<Void> end = CompletableFuture.runAsync(exit::await);
        while (!exit.hasBegun()) {
            Thread.onSpinWait();
        }
        return end;
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static void sleep(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void exit_nothingRunsAndNothingIsOpen_waitsForNothingAndRefuses() {
        Exit never = exit(60_000, 60_000, 60_000);
        never.begin().close();
        never.serve().close();
        beginExit(never).join();
        IllegalStateException e = assertThrows(IllegalStateException.class, never::begin);
        assertTrue(e.getMessage().startsWith("torch: the JVM is exiting"), e.getMessage());
    }

    @Test
    void exit_workRuns_waitsForItAndAcceptsMoreMeanwhile() {
        ExitGuard.Work running = exit.begin();
        CompletableFuture<Void> end = beginExit(exit);
        ExitGuard.Work other = exit.begin();
        running.close();
        sleep(150);
        assertFalse(end.isDone());
        other.goOn();
        other.close();
        end.join();
        assertThrows(IllegalStateException.class, exit::begin);
    }

    /** What a web server took in before it stopped comes after a pause without any work. */
    @Test
    void exit_serviceOpen_acceptsUntilItIsQuiet() {
        ExitGuard.Service service = exit.serve();
        CompletableFuture<Void> end = beginExit(exit);
        sleep(200);
        exit.begin().close();
        sleep(200);
        exit.begin().close();
        end.join();
        assertTrue(millis() >= 400 + QUIET, "it ended after " + millis() + " ms");
        assertThrows(IllegalStateException.class, exit::begin);
        service.close();
    }

    @Test
    void exit_serviceCloses_endsAtOnce() {
        Exit patient = exit(60_000, 60_000, 60_000);
        ExitGuard.Service service = patient.serve();
        ExitGuard.Service other = patient.serve();
        CompletableFuture<Void> end = beginExit(patient);
        service.close();
        sleep(150);
        assertFalse(end.isDone());
        other.close();
        end.join();
    }

    @Test
    void exit_workNeverStopsComing_refusesItAfterAWhile() {
        ExitGuard.Service service = exit.serve();
        CompletableFuture<Void> end = beginExit(exit);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> {
            while (millis() < ACCEPTS + PATIENCE) { // else a build that never refuses would hang
                try (ExitGuard.Work work = exit.begin()) {
                    sleep(5);
                }
            }
        });
        assertTrue(millis() >= ACCEPTS, refusal + " after " + millis() + " ms");
        end.join();
        assertTrue(millis() < ACCEPTS + PATIENCE, "it ended after " + millis() + " ms");
        service.close();
    }

    @Test
    void exit_workTakesLong_isFinishedButNoPartOfItBegins() {
        ExitGuard.Work work = exit.begin();
        CompletableFuture<Void> end = beginExit(exit);
        work.goOn();
        sleep(ACCEPTS + 300);
        assertThrows(IllegalStateException.class, work::goOn);
        assertThrows(IllegalStateException.class, exit::begin);
        assertFalse(end.isDone());
        work.close();
        end.join();
        assertTrue(millis() < PATIENCE, "it ended after " + millis() + " ms");
    }

    /** Nothing may be inside LibTorch when its destructors run. */
    @Test
    void exit_patienceIsOver_waitsForThePartInsideAndLetsNoOtherIn() {
        ExitGuard.Work work = exit.begin();
        exit.enter();
        CompletableFuture<Void> end = beginExit(exit);
        sleep(PATIENCE + 500);
        assertFalse(end.isDone());
        IllegalStateException e = assertThrows(IllegalStateException.class, exit::enter);
        assertTrue(e.getMessage().contains("took too long"), e.getMessage());
        exit.leave();
        end.join();
        work.close();
    }

    @Test
    void exit_workNeverEnds_losesPatience() {
        ExitGuard.Work work = exit.begin();
        beginExit(exit).join();
        assertEquals(PATIENCE, millis(), 1000);
        work.close();
    }
}
