package dev.graft.files;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Threads that live as long as the process, started so that they keep nothing of the code that happened to be the first caller: a
 * server that undeploys an application frees its classes only if no thread refers to them.
 *
 * <p>A thread keeps the context class loader and the inheritable thread locals of the thread that makes it and, before Java 24, the
 * protection domains of all callers, which refer to their class loaders.
 */
public final class Lasting {
    private Lasting() {}

    /** A daemon that is not started yet. Its context class loader is Graft's. */
    public static Thread thread(Runnable task, String name) {
        Thread[] made = new Thread[1];
        apart(() -> {
            made[0] = new Thread(null, task, name, 0, false);
            made[0].setDaemon(true);
        });
        return made[0];
    }

    /** Runs, in this thread, what starts threads of other libraries, which then keep nothing of the caller but thread locals. */
    @SuppressWarnings("removal") // there is no other way to leave the callers' protection domains behind
    public static void apart(Runnable starts) {
        Thread caller = Thread.currentThread();
        ClassLoader context = caller.getContextClassLoader();
        caller.setContextClassLoader(Lasting.class.getClassLoader());
        try {
            AccessController.doPrivileged((PrivilegedAction<Void>) () -> {
                starts.run();
                return null;
            });
        } finally {
            caller.setContextClassLoader(context);
        }
    }
}
