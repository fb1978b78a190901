package dev.graft.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer.
 *
 * @param type its Content-Type
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
    private static final String JSON = "application/json";

    static Reply json(JsonNode node) {
        return json(200, node);
    }

    static Reply json(int status, JsonNode node) {
        return new Reply(status, JSON, node.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Reply of(Problem problem) {
        return new Reply(
                problem.status(), JSON, problem.json().toString().getBytes(StandardCharsets.UTF_8), problem.headers());
    }

    void write(Context ctx) {
        headers.forEach(ctx::header);
        ctx.status(status).contentType(type);
        if (ctx.method() == HandlerType.HEAD) ctx.header("Content-Length", String.valueOf(body.length));
        else ctx.result(body);
    }
}
