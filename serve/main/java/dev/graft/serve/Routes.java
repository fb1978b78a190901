package dev.graft.serve;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a server answers at which path. A new route is a line in {@link #register}, and a path in openapi.json. */
final class Routes {
    static final String PREDICT = "/v1/predict";
    static final String EXPLAIN = "/v1/explain";
    static final String MODEL = "/v1/model";
    static final String LIVE = "/health/live";
    static final String READY = "/health/ready";
    static final String METRICS = "/metrics";

    private static final int USUAL_TOP = 5;

    private final Assets assets = new Assets();
    private final Guard guard;
    private final Intake intake;
    private final Answers answers;
    private final ModelInfo model;
    private final Metrics metrics;
    private final Failures failures;
    private final Supplier<Optional<Problem>> unready;

    /** @param unready why the server takes no work now; empty if it does */
    Routes(
            Guard guard,
            Intake intake,
            Answers answers,
            ModelInfo model,
            Metrics metrics,
            Failures failures,
            Supplier<Optional<Problem>> unready) {
        this.guard = guard;
        this.intake = intake;
        this.answers = answers;
        this.model = model;
        this.metrics = metrics;
        this.failures = failures;
        this.unready = unready;
    }

    /** All paths. */
    static Set<String> paths() {
        Set<String> paths = new LinkedHashSet<>(new Assets().all().keySet());
        paths.addAll(Set.of(PREDICT, EXPLAIN, MODEL, LIVE, READY, METRICS));
        return paths;
    }

    void register(RoutesConfig routes) {
        routes.post(PREDICT, ctx -> ctx.future(() -> intake.answer(ctx, () -> predict(ctx))));
        routes.post(EXPLAIN, ctx -> ctx.future(() -> intake.answer(ctx, () -> explain(ctx))));
        get(routes, MODEL, ctx -> guarded(ctx, () -> Reply.json(model.json())));
        get(routes, METRICS, ctx -> guarded(ctx, () -> new Reply(200, Metrics.CONTENT_TYPE, metrics.text(), Map.of())));
        get(routes, LIVE, ctx -> up().write(ctx));
        get(
                routes,
                READY,
                ctx -> unready.get().map(Reply::of).orElseGet(Routes::up).write(ctx));
        assets.all()
                .forEach((path, asset) ->
                        get(routes, path, ctx -> new Reply(200, asset.type(), asset.bytes(), Map.of()).write(ctx)));
        routes.exception(HttpResponseException.class, (e, ctx) -> unrouted(e).write(ctx));
        routes.exception(Exception.class, (e, ctx) -> Reply.of(failures.of(e)).write(ctx));
    }

    /** HEAD gets the same answer without the body. */
    private static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private Intake.Work predict(Context ctx) {
        Query query = new Query(ctx, Set.of("top", "overlay"));
        int top = query.count("top", USUAL_TOP, model.classes());
        boolean overlay = query.flag("overlay");
        return pictures -> answers.predict(pictures, top, overlay);
    }

    private Intake.Work explain(Context ctx) {
        Optional<String> className = new Query(ctx, Set.of("class")).text("class");
        return pictures -> answers.explain(pictures, className);
    }

    private void guarded(Context ctx, Supplier<Reply> reply) {
        guard.check(ctx.header("Authorization"), ctx.header("Host"), ctx.header("Sec-Fetch-Site"));
        reply.get().write(ctx);
    }

    private static Reply up() {
        return Reply.json(Problem.JSON.createObjectNode().put("status", "up"));
    }

    private static Reply unrouted(HttpResponseException e) {
        String allow =
                e.getDetails().getOrDefault("availableMethods", e.getDetails().get("Available methods"));
        Problem problem = e.getStatus() == 405
                ? new Problem(
                        405,
                        "this path does not take this method",
                        "use " + allow + "; /openapi.json has all routes",
                        Map.of("Allow", String.valueOf(allow)))
                : new Problem(e.getStatus(), "there is no such path", "/openapi.json has all routes");
        return Reply.of(problem);
    }
}
