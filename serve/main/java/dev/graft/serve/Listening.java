package dev.graft.serve;

import dev.graft.predict.Predictor;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The socket, its connections and its threads. */
final class Listening implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.graft.serve");
    private static final int MOST_THREADS = 32;
    private static final int LEAST_THREADS = 8;
    private static final int BACKLOG = 256;
    private static final long QUIET_MILLIS = 300;

    private final ServeOptions options;
    private final Optional<Consumer<String>> accessLog;
    private final Traffic traffic;
    private final ScheduledExecutorService clock;
    private final Javalin javalin;
    private final Metrics metrics = new Metrics();
    private ServerConnector connector; // set by the configuration of Javalin
    private URI address;

    private Listening(
            Predictor predictor,
            Optional<Overlays> overlays,
            ServeOptions options,
            Optional<Consumer<String>> accessLog) {
        this.options = options;
        this.accessLog = accessLog;
        this.clock = clock();
        Admission admission = new Admission(options.limits());
        this.traffic = new Traffic(
                metrics,
                Routes.paths(),
                new WholeAnswer.Limits(
                        admission::add,
                        clock,
                        options.limits().times().download().toNanos()));
        metrics.gauge("graft_queue_pictures", "Pictures that are accepted and not answered yet.", admission::queued);
        metrics.gauge("graft_http_requests_running", "Requests that are not answered yet.", traffic::running);
        metrics.gauge(
                "graft_body_bytes", "The memory of the bodies and answers of running requests.", admission::bytes);
        Failures failures = new Failures(traffic::isDraining);
        QueuedThreadPool pool = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
        pool.setName("graft-serve");
        Guard guard = new Guard(options);
        Routes routes = new Routes(
                guard,
                new Intake(options.limits(), guard, admission, failures, pool, clock),
                new Answers(predictor, overlays, options.limits(), admission, metrics),
                new ModelInfo(predictor, options),
                metrics,
                failures,
                () -> traffic.isDraining() ? Optional.of(Problem.stopping()) : Optional.empty());
        this.javalin = Javalin.create(config -> configure(config, pool, routes));
    }

    private static ScheduledExecutorService clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread t = new Thread(task, "graft-serve-clock");
            t.setDaemon(true);
            return t;
        });
        clock.setRemoveOnCancelPolicy(true); // or each request stays in memory until its longest time has passed
        return clock;
    }

    static Listening start(
            Predictor predictor,
            Optional<Overlays> overlays,
            ServeOptions options,
            Optional<Consumer<String>> accessLog)
            throws IOException {
        Listening listening = new Listening(predictor, overlays, options, accessLog);
        try {
            listening.javalin.start();
        } catch (RuntimeException e) {
            LifeCycle.stop(listening.javalin.jettyServer().server());
            listening.clock.shutdownNow();
            throw new IOException(
                    "serve: nothing can listen at " + options.host() + ":" + options.port() + " (" + reason(e)
                            + "); give another port, or 0 for a free one",
                    e);
        }
        predictor.listener(listening.metrics);
        listening.watch();
        return listening;
    }

    private static String reason(Throwable thrown) {
        Throwable why = thrown;
        while (why.getCause() != null) why = why.getCause();
        return why.getMessage();
    }

    private void configure(JavalinConfig config, QueuedThreadPool pool, Routes routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.router.ignoreTrailingSlashes = false;
        config.jetty.threadPool = pool;
        config.jetty.modifyServer(this::configure);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setUriCompliance(UriCompliance.DEFAULT);
            http.setSendServerVersion(false);
            http.setSendDateHeader(false);
        });
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(new ErrorPages()));
        config.jetty.addConnector(this::connector);
        config.router.javaLangErrorHandler((response, error) -> {
            LOG.log(System.Logger.Level.ERROR, "serve: a request failed", error);
            response.setStatus(500);
        });
        routes.register(config.routes);
    }

    private void configure(Server server) {
        server.insertHandler(traffic);
        accessLog.ifPresent(lines -> server.setRequestLog(new AccessLog(lines, Routes.paths())));
        server.setErrorHandler(new ErrorPages());
        server.setStopAtShutdown(false);
        server.setStopTimeout(0); // close waits before
        server.getBeans(org.eclipse.jetty.server.LowResourceMonitor.class).forEach(server::removeBean);
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(options.limits().times().idle().toMillis());
        connector.setShutdownIdleTimeout(-1);
        server.addBean(new NetworkConnectionLimit(options.limits().connections(), connector));
        return connector;
    }

    private void watch() {
        String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
        address = URI.create("http://" + host + ":" + connector.getLocalPort());
        long longest = options.limits().times().headers().toNanos();
        long look = Math.max(1, Math.min(TimeUnit.SECONDS.toNanos(1), longest / 4));
        SlowHeads slow = new SlowHeads(connector, longest);
        clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        slow.run();
                    } catch (RuntimeException e) {
                        LOG.log(System.Logger.Level.WARNING, "serve: slow connections are not closed", e);
                    }
                },
                look,
                look,
                TimeUnit.NANOSECONDS);
    }

    URI address() {
        return address;
    }

    /** See {@link GraftServer#answered}. */
    long answered() {
        return metrics.answered();
    }

    @Override
    public void close() {
        traffic.drain();
        connector.shutdown();
        connector.close();
        try {
            if (!traffic.awaitQuiet(
                    QUIET_MILLIS, options.limits().times().stop().toMillis()))
                LOG.log(
                        System.Logger.Level.WARNING,
                        "serve: stopped with " + traffic.running() + " requests that took too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        javalin.stop();
        clock.shutdownNow();
    }
}
