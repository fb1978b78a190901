package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.explain.ExplainOptions;
import dev.graft.predict.Batching;
import dev.graft.predict.PredictorOptions;
import dev.graft.serve.AccessToken;
import dev.graft.serve.ServeLimits;
import dev.graft.serve.ServeOptions;
import dev.graft.serve.ServeTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** The options of {@code graft serve}, as those of the server. */
final class ServeArguments {
    /** The environment variable that may hold the token. */
    static final String TOKEN = "GRAFT_TOKEN";

    private static final int MOST_SECONDS = 86_400;
    private static final long MEBI = 1 << 20;
    private static final long MEGA = 1_000_000;

    private ServeArguments() {}

    static Map<String, List<Option>> table() {
        Map<String, List<Option>> table = new LinkedHashMap<>();
        table.put(
                "Where and for whom",
                List.of(
                        option("port", "N", "the port; 0 for a free one. Default: 8080"),
                        option(
                                "host",
                                "NAME",
                                "the address to listen at; 0.0.0.0 for all of this machine's. Beyond this machine it takes a"
                                        + " token. Default: 127.0.0.1"),
                        option(
                                "token-file",
                                "FILE",
                                "clients must send the token in this file (Authorization: Bearer TOKEN). The environment variable "
                                        + TOKEN + " does the same"),
                        flag(
                                "no-token",
                                "answer whoever reaches the address, because something before the server checks who asks"),
                        option(
                                AccessLogFile.NAME,
                                "FILE",
                                "write a line for each request behind what this file has; - for standard output. Default: none")));
        table.put(
                "Limits",
                List.of(
                        option("max-body", "MIB", "the largest body of a request. Default: 32"),
                        option("max-pixels", "MEGAPIXELS", "the largest picture. Default: 64"),
                        option("max-pictures", "N", "pictures of one request. Default: 16"),
                        option("max-requests", "N", "requests that are read or computed at once. Default: 64"),
                        option("max-connections", "N", "open connections. Default: 512"),
                        option("queue", "N", "pictures that wait or are computed, of all requests. Default: 256"),
                        option("deadline", "SECONDS", "from the whole body of a request to its answer. Default: 30"),
                        option("upload-time", "SECONDS", "for the body of a request. Default: 30"),
                        option("idle-time", "SECONDS", "until a silent connection is closed. Default: 30")));
        table.put(
                "Answers, batches and overlays",
                List.of(
                        option("max-batch", "N", "pictures that are computed together at most. Default: 16"),
                        option(
                                "max-wait",
                                "MS",
                                "how long a batch that is not full waits for more pictures. Default: 0, those that come while the"
                                        + " network computes are the next batch"),
                        option(
                                "unknown-below",
                                "P",
                                "a picture whose most probable class has less than this probability is unknown, 0 to 1"),
                        flag("no-overlays", "show no overlays; the network then takes half of the memory"),
                        option(
                                "explain-layer",
                                "NAME",
                                "the layer that overlays are made of: layer1 to layer4, or a module of another network. Default:"
                                        + " layer4")));
        return table;
    }

    /**
     * Reads the options.
     *
     * @param environment the token of the environment, or null
     * @throws UsageException also when the token's file cannot be read
     */
    static ServeOptions of(Arguments args, PredictorOptions predictor, String environment) {
        if (args.has("no-overlays") && args.has("explain-layer"))
            throw new UsageException("--explain-layer: goes without --no-overlays; leave one of them out");
        ServeOptions options = ServeOptions.standard()
                .withHost(args.text("host", "127.0.0.1"))
                .withPort((int) args.integer("port", 8080, 0, 65535))
                .withLimits(limits(args))
                .withPredictor(predictor.withBatching(batching(args)).withUnknownBelow(unknownBelow(args)));
        if (args.has("explain-layer"))
            options = options.withOverlays(ExplainOptions.standard().withLayer(args.text("explain-layer", "")));
        if (args.has("no-overlays")) options = options.withoutOverlays();
        return guarded(args, options, environment);
    }

    private static double unknownBelow(Arguments args) {
        double least = args.number("unknown-below", 0);
        if (!(least >= 0 && least <= 1))
            throw new UsageException("--unknown-below: must lie between 0 and 1, was " + least);
        return least;
    }

    private static ServeOptions guarded(Arguments args, ServeOptions options, String environment) {
        if (args.has("no-token")) {
            if (args.has("token-file"))
                throw new UsageException("--no-token: goes without --token-file; leave one of them out");
            return options.openToAll();
        }
        if (args.has("token-file")) return options.withToken(token(args.path("token-file", null)));
        try {
            return environment == null ? options : options.withToken(AccessToken.of(environment));
        } catch (IllegalArgumentException e) {
            throw new UsageException(TOKEN + ": " + e.getMessage(), e);
        }
    }

    private static AccessToken token(Path file) {
        try {
            return AccessToken.read(file);
        } catch (IOException e) {
            throw new UsageException(e.getMessage().replaceFirst("^token", "--token-file"), e);
        }
    }

    private static ServeLimits limits(Arguments args) {
        int pictures = (int) args.integer("max-pictures", 16, 1, 10_000);
        int queue = (int) args.integer("queue", Math.max(256, pictures), 1, 100_000);
        if (queue < pictures)
            throw new UsageException(
                    "--queue: must be at least the pictures of a request (" + pictures + "), was " + queue);
        return new ServeLimits(
                args.integer("max-body", 32, 1, 1024) * MEBI,
                args.integer("max-pixels", 64, 1, 700) * MEGA,
                pictures,
                (int) args.integer("max-requests", 64, 1, 100_000),
                queue,
                (int) args.integer("max-connections", 512, 1, 1_000_000),
                ServeTimes.STANDARD
                        .withAnswer(seconds(args, "deadline"))
                        .withUpload(seconds(args, "upload-time"))
                        .withIdle(seconds(args, "idle-time")));
    }

    private static Duration seconds(Arguments args, String name) {
        return Duration.ofSeconds(args.integer(name, 30, 1, MOST_SECONDS));
    }

    private static Batching batching(Arguments args) {
        return Batching.STANDARD
                .withMost((int) args.integer("max-batch", 16, 1, 1024))
                .withDelay(Duration.ofMillis(args.integer("max-wait", 0, 0, 60_000)));
    }
}
