package dev.graft.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A request that gets no answer but an error: its status, what was wrong, and what its sender can do. */
final class Problem extends RuntimeException {
    static final String RETRY_AFTER = "Retry-After";

    private static final long serialVersionUID = 1L;
    static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final String remedy;
    private final transient Map<String, String> headers;
    private String code = ""; // empty for none

    Problem(int status, String message, String remedy) {
        this(status, message, remedy, Map.of());
    }

    Problem(int status, String message, String remedy, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.remedy = remedy;
        this.headers = headers;
    }

    /** Too much at once: the same request may succeed later. */
    static Problem busy(String message) {
        return new Problem(503, message, "send it again in a second", Map.of(RETRY_AFTER, "1"));
    }

    static Problem stopping() {
        return new Problem(503, "the server is stopping", "send it again in some seconds", Map.of(RETRY_AFTER, "5"));
    }

    /** A fault of the server, which its log tells; nothing of it goes to the client. */
    static Problem fault() {
        return new Problem(500, "the server failed", "look into the server's log");
    }

    /** The same with a word by which programs know it. */
    Problem withCode(String word) {
        code = word;
        return this;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** As JSON. */
    ObjectNode json() {
        ObjectNode json = json(getMessage(), remedy);
        return code.isEmpty() ? json : json.put("code", code);
    }

    static ObjectNode json(String error, String remedy) {
        return JSON.createObjectNode().put("error", error).put("what_to_do", remedy);
    }
}
