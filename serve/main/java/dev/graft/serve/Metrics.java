package dev.graft.serve;

import dev.graft.predict.PredictorListener;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;

/** What a server counts, for Prometheus. docs/serve.md has the list. Thread-safe. */
final class Metrics implements PredictorListener {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
    private static final double[] BATCHES = {1, 2, 4, 8, 16, 32, 64};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter requests = Counter.builder()
            .name("graft_http_requests_total")
            .help("Requests that were answered, by route, method and status.")
            .labelNames("route", "method", "status")
            .withoutExemplars()
            .register(registry);
    private final Histogram requestSeconds = seconds("graft_http_request_duration_seconds")
            .help("From the head of a request to the last byte of its answer, uploads included.")
            .labelNames("route")
            .register(registry);
    private final Counter pictures = Counter.builder()
            .name("graft_pictures_total")
            .help("Pictures, by what became of them: answered, unreadable, late, cancelled, failed.")
            .labelNames("outcome")
            .withoutExemplars()
            .register(registry);
    private final Counter refused = Counter.builder()
            .name("graft_refused_total")
            .help("Requests that were refused because too much was asked for at once.")
            .withoutExemplars()
            .register(registry);
    private final Histogram decodeSeconds = seconds("graft_picture_decode_seconds")
            .help("From the acceptance of a picture until its pixels were there.")
            .register(registry);
    private final Histogram networkSeconds = seconds("graft_batch_network_seconds")
            .help("The time of the network for the batch that a picture was in.")
            .register(registry);
    private final Histogram answerSeconds = seconds("graft_picture_answer_seconds")
            .help("From the acceptance of a picture to its answer.")
            .register(registry);
    private final Histogram batch = Histogram.builder()
            .name("graft_picture_batch_size")
            .help("How many pictures were computed together with a picture, itself included.")
            .classicOnly()
            .classicUpperBounds(BATCHES)
            .withoutExemplars()
            .register(registry);

    Metrics() {
        for (String outcome : new String[] {"answered", "unreadable", "late", "cancelled", "failed"})
            pictures.initLabelValues(outcome);
    }

    private static Histogram.Builder seconds(String name) {
        Histogram.Builder builder = Histogram.builder().name(name);
        builder.classicOnly().classicUpperBounds(SECONDS).withoutExemplars();
        return builder;
    }

    /** A value that is asked for when somebody looks. */
    void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    void request(String route, String method, int status, long nanos) {
        requests.labelValues(route, method, Integer.toString(status)).inc();
        requestSeconds.labelValues(route).observe(nanos / (double) TimeUnit.SECONDS.toNanos(1));
        if (status == 503) refused.inc();
    }

    /** How many requests to classify were answered with status 200. */
    long answered() {
        return (long) requests.labelValues(Routes.PREDICT, "POST", "200").get();
    }

    /** A picture that was refused by its header. */
    void unreadable() {
        pictures.labelValues("unreadable").inc();
    }

    @Override
    public void answered(Timing timing) {
        pictures.labelValues("answered").inc();
        decodeSeconds.observe(seconds(timing.decoded()));
        networkSeconds.observe(seconds(timing.computed()));
        answerSeconds.observe(seconds(timing.total()));
        batch.observe(timing.batch());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    @Override
    public void failed(Throwable why) {
        pictures.labelValues(outcome(why)).inc();
    }

    private static String outcome(Throwable why) {
        if (why instanceof IOException) return "unreadable";
        if (why instanceof TimeoutException) return "late";
        return why instanceof CancellationException ? "cancelled" : "failed";
    }

    byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException("serve: metrics cannot be written", e);
        }
        return out.toByteArray();
    }
}
