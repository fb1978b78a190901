package dev.graft.predict;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Makes the threads of an executor, and waits for their end: a server that undeploys an application looks for threads that are left, also
 * for those that have just finished their last task. Thread-safe.
 */
final class Workers implements ThreadFactory {
    private static final int LAST_TASK_SECONDS = 10;

    private final String name;
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();

    /** Daemons of this name. */
    Workers(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        made.removeIf(t -> t.getState() == Thread.State.TERMINATED);
        Thread t = new Thread(task, name);
        t.setDaemon(true);
        made.add(t);
        return t;
    }

    /**
     * Lets the executors of these threads accept no more tasks, and waits for all the threads, which end after the tasks that they have. An
     * interrupt ends the wait.
     */
    void end(ExecutorService... executors) {
        for (ExecutorService each : executors) each.shutdown(); // all first: idle threads of one end with the others
        try {
            for (ExecutorService each : executors) {
                if (each.awaitTermination(LAST_TASK_SECONDS, TimeUnit.SECONDS)) continue;
                System.getLogger("dev.graft")
                        .log(
                                System.Logger.Level.WARNING,
                                "predictor: the thread " + name + " still works after the close");
                return;
            }
            for (Thread t : made) if (t != Thread.currentThread()) t.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
