package dev.graft.serve;

import dev.graft.predict.Batching;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.predict.WhenFull;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model behind HTTP: a page where people try it, an API for programs ({@code /v1/predict}, {@code /v1/explain}, {@code /v1/model},
 * described in {@code /openapi.json}), {@code /health/live}, {@code /health/ready}, and {@code /metrics} for Prometheus.
 *
 * <pre>{@code
 * try (GraftServer server = GraftServer.start(Path.of("pets.pt"), ServeOptions.standard())) {
 *     System.out.println(server.address());
 *     ...
 * }
 * }</pre>
 *
 * <p>No thread of the server enters LibTorch: pictures go to {@link Predictor#submit}, overlays to one thread that waits for the
 * predictor's. No path of a request reaches the file system, and uploads stay in memory. Thread-safe.
 */
public final class GraftServer implements AutoCloseable {
    private final Predictor predictor;
    private final boolean ownsPredictor;
    private final Optional<Overlays> overlays;
    private final Listening listening;
    private boolean closed;

    private GraftServer(
            Predictor predictor, boolean ownsPredictor, ServeOptions options, Optional<Consumer<String>> accessLog)
            throws IOException {
        this.predictor = predictor;
        this.ownsPredictor = ownsPredictor;
        this.overlays = options.overlays().isEmpty()
                ? Optional.empty()
                : Optional.of(new Overlays(
                        predictor, options.overlays().get(), options.limits().queue()));
        try {
            this.listening = Listening.start(predictor, overlays, options, accessLog);
        } catch (IOException | RuntimeException | Error e) {
            overlays.ifPresent(Overlays::close);
            throw e;
        }
    }

    /**
     * Opens a model that Graft saved, and serves it. {@link #close} closes it.
     *
     * @throws IOException when the model cannot be read, see {@link Predictor#open(Path, PredictorOptions)}, or nothing can listen at
     *     the address
     * @throws IllegalArgumentException when the options do not fit the model or the machine, or the server would listen beyond this
     *     machine without a token
     */
    public static GraftServer start(Path model, ServeOptions options) throws IOException {
        Objects.requireNonNull(options, "options").requireGuarded();
        return owner(Predictor.open(model, predictorOptions(options)), options);
    }

    /**
     * Serves a model through a predictor that stays the caller's: close the server first. The server becomes its {@link
     * Predictor#listener listener}. The predictor's queue should be larger than {@link ServeLimits#queue}; if it is smaller and waits,
     * threads of the server wait.
     *
     * @param predictor for overlays opened with {@link PredictorOptions#exact} or {@link PredictorOptions#withWholeNetwork}
     * @throws IOException when nothing can listen at the address
     * @throws IllegalArgumentException as {@link #start(Path, ServeOptions)} does
     * @throws IllegalStateException when overlays are wanted and the predictor has fused layers only
     */
    public static GraftServer start(Predictor predictor, ServeOptions options) throws IOException {
        Objects.requireNonNull(options, "options").requireGuarded();
        return new GraftServer(Objects.requireNonNull(predictor, "predictor"), false, options, Optional.empty());
    }

    /**
     * Serves a model as {@link #start(Predictor, ServeOptions)} does, and tells of each request.
     *
     * @param accessLog gets a line without its end for each answer: client, time, method, path, status, bytes, milliseconds. A path that
     *     is none of the server's is {@code /other}; queries and headers, and so tokens, are not in it. Threads of the server call it,
     *     several at once
     * @throws IOException when nothing can listen at the address
     * @throws IllegalArgumentException as {@link #start(Path, ServeOptions)} does
     * @throws IllegalStateException as {@link #start(Predictor, ServeOptions)} does
     */
    public static GraftServer start(Predictor predictor, ServeOptions options, Consumer<String> accessLog)
            throws IOException {
        Objects.requireNonNull(options, "options").requireGuarded();
        Objects.requireNonNull(accessLog, "accessLog");
        return new GraftServer(Objects.requireNonNull(predictor, "predictor"), false, options, Optional.of(accessLog));
    }

    /** Serves a model, and closes it also when that fails. */
    private static GraftServer owner(Predictor predictor, ServeOptions options) throws IOException {
        try {
            return new GraftServer(predictor, true, options, Optional.empty());
        } catch (IOException | RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    /**
     * How a predictor of such a server should be opened: it keeps the network for overlays if they are wanted, refuses what finds no
     * place, and has room for what the server lets in.
     */
    public static PredictorOptions predictorOptions(ServeOptions options) {
        ServeLimits limits = options.limits();
        Batching batching = options.predictor().batching();
        PredictorOptions given = options.predictor()
                // a cancelled picture keeps its place for a moment longer than here
                .withBatching(batching.withQueue(2 * limits.queue(), WhenFull.REFUSE)
                        .withDeadline(limits.times().answer()));
        return options.overlays().isPresent() ? given.withWholeNetwork() : given;
    }

    /** Where it listens, such as {@code http://127.0.0.1:8080}. */
    public URI address() {
        return listening.address();
    }

    /** How many requests to classify have got an answer with a result. */
    long answered() {
        return listening.answered();
    }

    /**
     * Stops: takes no new connections, answers every request that has arrived, at most for {@link ServeTimes#stop}, and frees what the
     * server has opened. A connection that is open ends with its next answer. The caller waits; an interrupt from before
     * does not end the wait.
     */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        boolean interrupted = Thread.interrupted(); // Jetty would stop half-way
        try {
            listening.close();
        } finally {
            overlays.ifPresent(Overlays::close);
            if (ownsPredictor) predictor.close();
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
