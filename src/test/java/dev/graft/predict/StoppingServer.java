package dev.graft.predict;

import dev.graft.SmallRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A child that serves as a web server does that shuts down gracefully: on SIGTERM it takes in no more requests and waits for
 * those that it has, some of which have not come to the predictor yet. Arguments: weights, a folder, whether it closes its
 * predictor in the end, as a container of beans does.
 */
final class StoppingServer {
    private static final int CALLERS = 16;

    private final Predictor predictor;
    private final byte[] picture;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private int accepted;
    private int inside;
    private boolean stopping;

    private StoppingServer(Predictor predictor, byte[] picture) {
        this.predictor = predictor;
        this.picture = picture;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        Path model = SmallRun.model(folder.resolve("model.pt"), Path.of(args[0]), SmallRun.card(112, "cat", "dog"));
        Path picture = SmallRun.samples(folder.resolve("pictures"), 1).get(0).file();
        Predictor predictor = Predictor.open(model);
        StoppingServer server = new StoppingServer(predictor, Files.readAllBytes(picture));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(Boolean.parseBoolean(args[2]))));
        for (int i = 0; i < CALLERS; i++) {
            int caller = i;
            new Thread(() -> server.work(caller)).start();
        }
    }

    private void work(int caller) {
        while (accept()) {
            try {
                Thread.sleep(caller * 4); // a request's body comes in
                predictor.predict(picture, "request");
                if (answered.incrementAndGet() == 3 * CALLERS) System.out.println("serving");
            } catch (Exception e) {
                System.out.println("failed: " + e);
                failed.incrementAndGet();
            } finally {
                leave();
            }
        }
    }

    private synchronized boolean accept() {
        if (stopping) return false;
        accepted++;
        inside++;
        return true;
    }

    private synchronized void leave() {
        inside--;
        notifyAll();
    }

    private synchronized void stop(boolean closes) {
        stopping = true;
        System.out.println("stopping with " + inside + " requests inside");
        try {
            while (inside > 0) wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closes) predictor.close();
        System.out.println("of " + accepted + " accepted: " + answered + " answered, " + failed + " failed");
    }
}
