package dev.graft.serve;

import io.javalin.http.Context;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parameters behind the question mark. Each is known, given once, and in its range. */
final class Query {
    private final Context ctx;

    /** @param known names that the route has */
    Query(Context ctx, Set<String> known) {
        this.ctx = ctx;
        ctx.queryParamMap().forEach((name, values) -> {
            if (!known.contains(name))
                throw wrong("there is no parameter " + Upload.shown(name), known.isEmpty() ? "none" : known.toString());
            if (values.size() > 1) throw wrong(name + " is given " + values.size() + " times", "one");
        });
    }

    private static Problem wrong(String what, String allowed) {
        return new Problem(400, "query: " + what, "allowed: " + allowed);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(ctx.queryParam(name));
    }

    /** A number from 1; a larger one than {@code most} is {@code most}. */
    int count(String name, int fallback, int most) {
        return text(name)
                .map(value -> {
                    if (!value.matches("[1-9][0-9]{0,98}"))
                        throw wrong(
                                name + " was " + Upload.shown(value),
                                "1 to " + most + ", the number of classes; a larger number means all");
                    return new BigInteger(value).min(BigInteger.valueOf(most)).intValue();
                })
                .orElse(Math.min(fallback, most));
    }

    boolean flag(String name) {
        return text(name)
                .map(value -> {
                    if (!List.of("true", "false").contains(value))
                        throw wrong(name + " was " + Upload.shown(value), "true or false");
                    return value.equals("true");
                })
                .orElse(false);
    }
}
