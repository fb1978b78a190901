package dev.graft.files;

import java.util.ArrayList;
import java.util.List;

/** What is done when the JVM exits: the JVM runs all hooks at once, so those that need an order come here. Any thread. */
public final class AtExit {
    private static final List<Runnable> WAITS = new ArrayList<>();
    private static final List<Runnable> TIDIES = new ArrayList<>();
    private static boolean begun;

    private AtExit() {}

    /**
     * Waits for something that runs.
     *
     * @throws IllegalStateException when the exit has begun
     */
    public static void waiting(Runnable wait) {
        add(WAITS, wait);
    }

    /**
     * Tidies up, once nothing runs any more that is waited for.
     *
     * @throws IllegalStateException when the exit has begun
     */
    public static void tidying(Runnable tidy) {
        add(TIDIES, tidy);
    }

    private static synchronized void add(List<Runnable> list, Runnable what) {
        if (begun) throw new IllegalStateException("the JVM is exiting");
        if (WAITS.isEmpty() && TIDIES.isEmpty())
            Runtime.getRuntime().addShutdownHook(Lasting.thread(AtExit::run, "graft-exit"));
        list.add(what);
    }

    private static void run() {
        copy(WAITS).forEach(Runnable::run);
        copy(TIDIES).forEach(Runnable::run);
    }

    private static synchronized List<Runnable> copy(List<Runnable> list) {
        begun = true;
        return List.copyOf(list);
    }
}
