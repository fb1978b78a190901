package dev.graft.predict;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The end of a predictor's threads: a server that undeploys an application looks for threads that are left. */
final class Workers {
    private static final int LAST_TASK_SECONDS = 10;

    private Workers() {}

    /** Accepts no more tasks, and waits for the threads, which end after those they have. An interrupt ends the wait. */
    static void end(ExecutorService workers) {
        workers.shutdown();
        try {
            if (!workers.awaitTermination(LAST_TASK_SECONDS, TimeUnit.SECONDS))
                System.getLogger("dev.graft")
                        .log(System.Logger.Level.WARNING, "predictor: a thread still works after the close");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
