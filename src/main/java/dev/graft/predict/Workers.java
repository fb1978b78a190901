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

    /** Lets the executor accept no more tasks, and waits for its threads, which end after those they have. An interrupt ends the wait. */
    void end(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LAST_TASK_SECONDS, TimeUnit.SECONDS))
                System.getLogger("dev.graft")
                        .log(
                                System.Logger.Level.WARNING,
                                "predictor: the thread " + name + " still works after the close");
            else for (Thread t : made) if (t != Thread.currentThread()) t.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
