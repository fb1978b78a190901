package dev.graft.predict;

import dev.graft.torch.ExitGuard;
import dev.graft.torch.FreedMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The network of a predictor with its thread and its calls: loads it, replaces it, and frees it. Thread-safe. Owns native memory: close it.
 */
final class NetworkHost implements AutoCloseable {
    private final NetworkThread thread;
    private final PredictorOptions options;
    private final Calls calls;
    private final ExitGuard.Service service = ExitGuard.serve();
    private final List<Attached<?>> attached = new ArrayList<>(); // guarded by this
    private boolean freed;

    private NetworkHost(NetworkThread thread, PredictorOptions options, ReadyNetwork network) {
        this.thread = thread;
        this.options = options;
        this.calls = new Calls(network, this::freeLater);
    }

    /** Loads a network. Throws as {@link ReadyNetwork#load} does. */
    static NetworkHost open(ReadyNetwork.Source source, PredictorOptions options) throws IOException {
        NetworkThread thread = new NetworkThread();
        try (ExitGuard.Work opening = ExitGuard.begin()) {
            return new NetworkHost(thread, options, thread.call(() -> ReadyNetwork.load(source, options)));
        } catch (IOException | RuntimeException | Error e) {
            thread.close();
            throw e;
        }
    }

    NetworkThread thread() {
        return thread;
    }

    Calls calls() {
        return calls;
    }

    PredictorOptions options() {
        return options;
    }

    /** Loads another network for the calls that begin from then on. Throws as {@link Predictor#replace} does. */
    synchronized void replace(ReadyNetwork.Source source) throws IOException {
        try (Calls.Call call = calls.begin()) {
            ReadyNetwork before = call.network();
            List<Attached<?>> needed = List.copyOf(attached);
            calls.replace(thread.call(() -> {
                ReadyNetwork next = ReadyNetwork.load(source, options).requireAnswersLike(before);
                next.attachments().addAll(needed);
                return next;
            }));
        }
    }

    /** See {@link Predictor#attach}. */
    synchronized <T> Attached<T> attach(NetworkTask<T> make, Consumer<T> free) throws IOException {
        Attached<T> added = new Attached<>(this, make, free);
        try (Calls.Call call = calls.begin()) {
            thread.call(() -> {
                call.network().attachments().add(added);
                return null;
            });
        }
        attached.add(added);
        return added;
    }

    /** See {@link Attached#close}. */
    synchronized void detach(Attached<?> gone) {
        if (!attached.remove(gone)) return;
        Calls.Call call;
        try {
            call = calls.begin();
        } catch (IllegalStateException e) {
            return; // the network is closed, and with it what belongs to it; or the JVM ends now
        }
        try (call) {
            thread.get(() -> {
                call.network().attachments().remove(gone);
                return null;
            });
        }
    }

    /** Frees a network that was replaced. */
    private void freeLater(ReadyNetwork old) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        done.whenComplete((nothing, why) -> {
            if (why != null)
                System.getLogger("dev.graft")
                        .log(System.Logger.Level.WARNING, "predictor: a replaced model was not freed", why);
        });
        thread.submit(
                () -> {
                    old.close();
                    FreedMemory.giveBack(); // or each replaced model leaves gaps that the next one does not fit into
                    return null;
                },
                done);
    }

    /** Refuses new calls, waits for the answers of accepted calls, and frees the network. */
    @Override
    public synchronized void close() {
        calls.close();
        if (freed) return;
        freed = true;
        free();
        thread.close();
        service.close();
    }

    private void free() {
        ExitGuard.Work freeing;
        try {
            freeing = ExitGuard.begin();
        } catch (IllegalStateException e) {
            return; // the JVM ends now: LibTorch may already be unloading, and the process frees the memory
        }
        try (freeing) {
            thread.get(() -> {
                calls.network().close();
                return null;
            });
        }
    }
}
